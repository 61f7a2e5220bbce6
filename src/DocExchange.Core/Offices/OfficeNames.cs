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
    /// <summary>
    /// Its name or its credit code stands in CN or O, and the code of nobody else; the CN of a certificate that is another office's does not count for
    /// it, whatever O says: an authority may write the office above there. Only its full name: the authority has it from the directory.
    /// </summary>
    public static bool IsMadeOutTo(Certificate certificate, Office office, OfficeDirectory directory)
    {
        var units = certificate.CommonNames.Concat(certificate.Organizations).Select(text => NamedUnit.Read(SealHolder.Narrow(text))).ToList();
        var own = UnifiedSocialCreditCode.TryParse(office.CreditCode, out var code) ? code : null;
        var isNamed = units.Exists(unit => unit.Name == SealHolder.Narrow(office.Name));
        var isCoded = own is not null && units.Exists(unit => unit.Code == own);
        var isCodedOtherwise = own is not null && !isCoded && units.Exists(unit => unit.Code is not null);
        var common = certificate.CommonNames.Select(name => NamedUnit.Read(SealHolder.Narrow(name)).Name).ToList();
        return !isCodedOtherwise && (isNamed || isCoded) && (common.Contains(SealHolder.Narrow(office.Name)) || !common.Exists(name => IsOfAnother(name, office, directory)));
    }

    /// <summary>In full or in short.</summary>
    public static bool IsCalled(Office office, string printed) =>
        SealHolder.Narrow(printed) is var name && (name == SealHolder.Narrow(office.Name) || name == SealHolder.Narrow(office.ShortName));

    private static bool IsOfAnother(string name, Office office, OfficeDirectory directory) =>
        directory.Offices.Any(other => other.Id != office.Id && SealHolder.Narrow(other.Name) == name);
}
