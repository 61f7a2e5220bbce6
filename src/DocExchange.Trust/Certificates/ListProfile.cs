using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DocExchange.Trust.Certificates;

/// <summary>What RFC 5280 §5 demands of a list beyond what it takes to read it.</summary>
internal static class ListProfile
{
    /// <summary>RFC 5280 §5.1.1.2: the algorithm in the signed part is the one the list is signed with.</summary>
    public static bool HasOneAlgorithm(RevocationList list) =>
        list.Inner.CertificateList is var whole && whole.SignatureAlgorithm.Equals(whole.TbsCertList.Signature);

    /// <summary>RFC 5280 §5.1.2.5, §5.2.1, §5.2.3, §5.2.4.</summary>
    public static bool Holds(RevocationList list, Certificate signer)
    {
        var whole = list.Inner.CertificateList;
        var extensions = whole.Extensions;
        return whole.Version == 2 && list.NextUpdate is not null && IsNumber(list.Entries.Number) && !list.Entries.HasDuplicates
            && NamesKeyOf(list, signer)
            && !extensions.GetExtension(X509Extensions.CrlNumber).IsCritical
            && (extensions.GetExtension(X509Extensions.DeltaCrlIndicator) is not { } indicator || (indicator.IsCritical && IsNumber(list.Entries.BaseNumber)));
    }

    /// <summary>§5.2.1: by the key identifier, which is the signer's own where it has one.</summary>
    private static bool NamesKeyOf(RevocationList list, Certificate signer)
    {
        try
        {
            return list.Inner.CertificateList.Extensions.GetExtension(X509Extensions.AuthorityKeyIdentifier)?.GetParsedValue() is { } value
                && AuthorityKeyIdentifier.GetInstance(value).KeyIdentifier is { } key && (signer.SubjectKeyId is not { } own || own == Convert.ToHexString(key.GetOctets()));
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The library throws many kinds for a malformed extension.
            return false;
        }
    }

    /// <summary>Not negative, and at most 20 octets.</summary>
    private static bool IsNumber(BigInteger? number) => number is { SignValue: >= 0, BitLength: <= 160 };
}
