using BenchmarkDotNet.Running;
using KmsGateway.Benchmarks;
using KmsGateway.Benchmarks.Cipher;
using KmsGateway.Benchmarks.Uniqueness;

return args switch
{
    ["retrieval", .. var only] => await RetrievalSuite.RunAsync(only),
    ["cipher"] => CipherSuite.Run(),
    ["uniqueness"] => await UniquenessSuite.RunAsync(),
    [UniquenessSuite.Writer, var folder] => UniquenessSuite.Write(folder),
    _ => RunBenchmarks(args),
};

static int RunBenchmarks(string[] args)
{
    BenchmarkSwitcher.FromAssembly(typeof(RetrievalSuite).Assembly).Run(args);
    return 0;
}
