using System.Text.Json.Nodes;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>A fault, the alerts it raises, and what ends it besides the commands of their runbooks.</summary>
internal abstract class Drill
{
    /// <summary>More than the cache of <see cref="SmallCache"/> holds.</summary>
    protected const int ManyTenants = 12;

    protected const int FewTenants = 2;

    /// <summary>The label <c>job</c> of its gateway, so that the alerts of drills that run side by side are told apart.</summary>
    public abstract string Job { get; }

    /// <summary>Which alerts have to come.</summary>
    public abstract IReadOnlyList<string> Alerts { get; }

    /// <summary>Settings of the gateway, besides where everything is.</summary>
    public virtual JsonObject Settings => [];

    /// <summary>How many tenants send before the fault.</summary>
    public virtual int TenantsAtFirst => FewTenants;

    /// <summary>So many tenants the gateway has.</summary>
    public int Tenants => ManyTenants;

    /// <summary>The smallest cache, in which many tenants push each other out.</summary>
    protected static JsonObject SmallCache => new() { ["Cache"] = new JsonObject { ["SigningKeys"] = 3, ["WarmUp"] = false } };

    public abstract Task InjectAsync(DrillGround ground);

    /// <summary>What others repair before the mitigation can work.</summary>
    public virtual Task BeforeMitigationAsync(DrillGround ground) => Task.CompletedTask;

    /// <summary>What others repair while the mitigation holds.</summary>
    public virtual Task AfterMitigationAsync(DrillGround ground) => Task.CompletedTask;
}
