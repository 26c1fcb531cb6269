using System.Globalization;
using KmsGateway.Cli.Auditing;
using KmsGateway.Evidence.Verification;
using Xunit;

namespace KmsGateway.Cli.Tests.Auditing;

public sealed class PolicyUsesTests
{
    private readonly PolicyUses _uses = new();

    [Fact]
    public void ToList_TimesOutOfOrder_HasTheFirstAndTheLast()
    {
        Add("a", 5);
        Add("b", 4);
        Add("a", 3);
        Add("a", 9);

        Assert.Equal([new PolicyUse("acme", "a", 3, 9, 3), new PolicyUse("acme", "b", 4, 4, 1)], _uses.ToList());
    }

    [Fact]
    public void Add_PolicyInEverySpan_KeepsAThousandAndCountsTheRest()
    {
        for (var i = 0; i < 1500; i++)
        {
            Add(i.ToString(CultureInfo.InvariantCulture), 1);
        }

        Add("7", 2);

        Assert.Equal(1000, _uses.ToList().Count);
        Assert.Equal(500, _uses.FurtherSpans);
        Assert.Equal(2, _uses.ToList().Single(use => use.Id == "7").Spans);
    }

    private void Add(string policy, ulong time) =>
        _uses.Add(new SpanVerdict(Verdict.Verified, "", "", "") { Tenant = "acme", Policy = policy, IssuedAt = time });
}
