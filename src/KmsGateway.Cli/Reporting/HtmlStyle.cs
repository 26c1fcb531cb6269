using System.Security.Cryptography;
using System.Text;

namespace KmsGateway.Cli.Reporting;

/// <summary>How the HTML report looks. It stands in the report: there is nothing to be fetched.</summary>
internal static class HtmlStyle
{
    private static readonly string Css = Read();

    public static Markup Element { get; } = Markup.Trusted($"<style>{Css}</style>");

    /// <summary>Whatever a span's name may say, nothing is loaded, run or sent. The style is known by its hash.</summary>
    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Css)))}'; "
        + "base-uri 'none'; form-action 'none'";

    private static string Read()
    {
        using var css = typeof(HtmlStyle).Assembly.GetManifestResourceStream("report.css")
            ?? throw new InvalidOperationException("The style of the report was not built in.");
        using var reader = new StreamReader(css, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
