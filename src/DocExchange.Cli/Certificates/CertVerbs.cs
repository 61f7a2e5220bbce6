using System.CommandLine;

namespace DocExchange.Cli.Certificates;

/// <summary><c>docex cert</c>: what there is to know about certificates.</summary>
internal static class CertVerbs
{
    public static Command All(Terminal terminal) => new VerbGroup(terminal, "cert", "判断证书", "Judge certificates", new CertCheckVerb(terminal));
}
