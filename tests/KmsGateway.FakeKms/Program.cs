using KmsGateway.FakeKms;

if (FakeKmsApplication.Refusal(args) is { } refusal)
{
    await Console.Error.WriteLineAsync(refusal);
    return 1;
}

await using var application = FakeKmsApplication.Create(args);
await Console.Out.WriteLineAsync("FAKE KMS: keys are in memory, and anybody may use them. For tests and drills only.");
await application.RunAsync();
return 0;
