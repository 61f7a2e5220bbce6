using DocExchange.Core.Offices;
using DocExchange.Hub.Supervision;
using DocExchange.Pages.Words;

namespace DocExchange.Hub.ConsolePages.Offices;

/// <summary>Certificates and seals as the pages name them.</summary>
internal static class OfficeWords
{
    public static string What(WordBook words, Language language, Expiry expiry) => expiry.What switch
    {
        "seal" => words.Say(language, "expiry.seal", expiry.Use),
        "authority" => words.Say(language, "expiry.authority"),
        "revocation-list" => words.Say(language, "expiry.list"),
        _ => words.Say(language, "use." + expiry.Use.ToLowerInvariant()),
    };

    public static string Of(WordBook words, Language language, CertificateUse use) => words.Say(language, "use." + use.ToString().ToLowerInvariant());
}
