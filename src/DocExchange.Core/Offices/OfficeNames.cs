using DocExchange.Core.Documents;
using DocExchange.Core.Routing;
using DocExchange.Trust.Certificates;

namespace DocExchange.Core.Offices;

/// <summary>
/// Whether a certificate is made out to an office, and a document signed with its name: what a directory binds its hub decides, and what
/// a document prints its maker.
/// </summary>
public static class OfficeNames
{
    /// <summary>CN and O together; a certificate with more of them is nobody's.</summary>
    public const int MostNames = 8;

    /// <summary>
    /// Its name or its credit code stands in CN or O. No CN is another office's, by its code or by what its name begins with, whatever else
    /// is there; O may have the code of the office above, where the office's own is there as well. Only the full name: the authority has it from the directory.
    /// </summary>
    public static bool IsMadeOutTo(Certificate certificate, Office office, OfficeDirectory directory)
    {
        if (certificate.CommonNames.Count + certificate.Organizations.Count > MostNames)
        {
            return false;
        }

        var (common, organizations) = (UnitsOf(certificate.CommonNames), UnitsOf(certificate.Organizations));
        var (name, own) = (SealHolder.Narrow(office.Name), CodeOf(office));
        var isCoded = own is not null && common.Concat(organizations).Any(unit => unit.Code == own);
        var isNamed = common.Concat(organizations).Any(unit => unit.Name == name);
        return (isCoded || isNamed)
            && !common.Exists(unit => IsAnothers(unit.Code) || (unit.Name != name && IsAnothersName(unit.Name, office, directory)))
            && (isCoded || !organizations.Exists(unit => IsAnothers(unit.Code)));

        bool IsAnothers(UnifiedSocialCreditCode? code) => code is not null && code != own && (own is not null || directory.Coded(code).Any(id => id != office.Id));
    }

    /// <summary>Whether it names another office of the directory in CN or O, or prints what such a one is called, so that no former name explains it.</summary>
    public static bool NamesAnother(Certificate certificate, Office office, OfficeDirectory directory) =>
        UnitsOf(certificate.CommonNames.Concat(certificate.Organizations).Take(MostNames)).Exists(unit => IsAnothersName(unit.Name, office, directory));

    /// <summary>In full or in short.</summary>
    public static bool IsCalled(Office office, string printed) =>
        SealHolder.Narrow(printed) is var name && (name == SealHolder.Narrow(office.Name) || name == SealHolder.Narrow(office.ShortName));

    // 某局公章 is a seal of 某局, and 某局办公室公章 of 某局办公室: the longest name that it begins with.
    private static bool IsAnothersName(string name, Office office, OfficeDirectory directory)
    {
        for (var length = name.Length; length > 0; length--)
        {
            var holders = directory.Called(name[..length]).ToList();
            if (holders.Count > 0)
            {
                return !holders.Contains(office.Id);
            }
        }

        return false;
    }

    private static List<NamedUnit> UnitsOf(IEnumerable<string> texts) => [.. texts.Select(text => NamedUnit.Read(SealHolder.Narrow(text)))];

    private static UnifiedSocialCreditCode? CodeOf(Office office) => UnifiedSocialCreditCode.TryParse(office.CreditCode, out var code) ? code : null;
}
