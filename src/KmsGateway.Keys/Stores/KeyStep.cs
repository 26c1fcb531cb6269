namespace KmsGateway.Keys.Stores;

/// <summary>A key goes from one stage to the next, if it still is where it is thought to be.</summary>
internal sealed record KeyStep(Guid Id, KeyStage From, KeyStage To);
