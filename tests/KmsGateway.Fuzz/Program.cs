using KmsGateway.Fuzz;
using SharpFuzz;

const string Usage = """
    fuzz TARGET                 under afl-fuzz: one input after the other on standard input (see run.sh)
    fuzz seeds TARGET FOLDER    writes what the target starts from: its corpus, and the inputs of tests/vectors
    fuzz replay SECONDS         all targets: their corpus and the vectors' inputs, then mutations of them until the time is over
    fuzz replay SECONDS TARGET  the same of one target
    fuzz replay PATH TARGET     one input, or all of a folder, for whoever looks into a finding
    fuzz keep TARGET FOLDER     adds to the corpus what is new in a folder of inputs, the shortest first
    """;

return args switch
{
    [var name] when IsTarget(name) => Fuzz(name),
    ["seeds", var name, var folder] when IsTarget(name) => Corpus.Write(FuzzTargets.Create(name), folder),
    ["replay", var seconds] when int.TryParse(seconds, out var time) => Replay.RunAll(TimeSpan.FromSeconds(time)),
    ["replay", var seconds, var name] when int.TryParse(seconds, out var time) && IsTarget(name) =>
        Replay.RunOne(FuzzTargets.Create(name), TimeSpan.FromSeconds(time)),
    ["replay", var path, var name] when IsTarget(name) => Replay.RunFiles(FuzzTargets.Create(name), path),
    ["keep", var name, var folder] when IsTarget(name) => Corpus.Keep(FuzzTargets.Create(name), folder),
    _ => Complain(),
};

static bool IsTarget(string name) => FuzzTargets.Names.Contains(name);

static int Fuzz(string name)
{
    IFuzzTarget? target = null;
    Fuzzer.Run(stream =>
    {
        using var input = new MemoryStream();
        stream.CopyTo(input);
        target ??= FuzzTargets.Create(name);
        target.Run(input.ToArray());
    });
    return 0;
}

static int Complain()
{
    Console.Error.WriteLine(Usage);
    Console.Error.WriteLine($"Targets: {string.Join(", ", FuzzTargets.Names)}");
    return 2;
}
