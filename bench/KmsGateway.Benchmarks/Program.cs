using BenchmarkDotNet.Running;
using KmsGateway.Benchmarks;

return args is ["retrieval", .. var only] ? await RetrievalSuite.RunAsync(only) : RunBenchmarks(args);

static int RunBenchmarks(string[] args)
{
    BenchmarkSwitcher.FromAssembly(typeof(RetrievalSuite).Assembly).Run(args);
    return 0;
}
