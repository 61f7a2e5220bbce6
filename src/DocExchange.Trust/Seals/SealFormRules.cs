using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Seals;

/// <summary>Whether all that a seal or a seal signature holds is signed and understood; what is not is never taken silently.</summary>
internal static class SealFormRules
{
    // GM/T 0031-2014 has been met under 1 to 3; 4 and 5 are the later standards (ARCHITECTURE 97).
    private const int FirstVersion = 1;
    private const int LastVersion = 5;

    public static IEnumerable<Finding> Judge(Seal seal) =>
        Judge(seal.TrailingBytes, seal.UnsignedBytes, seal.StatedVersion, seal.Extensions).Concat(Loose(seal.Slack, seal.UnknownParts));

    /// <summary>The seal inside as well.</summary>
    public static IEnumerable<Finding> Judge(SealSignature signature) =>
        Judge(signature.TrailingBytes, signature.UnsignedBytes, signature.StatedVersion, signature.Extensions)
            .Concat(Loose(signature.Slack, signature.UnknownParts)).Concat(Judge(signature.Seal)).Distinct();

    private static IEnumerable<Finding> Loose(int slack, int unknown)
    {
        if (slack > 0)
        {
            yield return SealFindings.Slack(slack);
        }

        if (unknown > 0)
        {
            yield return SealFindings.UnknownParts(unknown);
        }
    }

    private static IEnumerable<Finding> Judge(int trailing, int unsigned, int version, IReadOnlyList<SealExtension> extensions)
    {
        if (trailing > 0)
        {
            yield return SealFindings.TrailingBytes(trailing);
        }

        if (unsigned > 0)
        {
            yield return SealFindings.UnsignedTail(unsigned);
        }

        if (version is < FirstVersion or > LastVersion)
        {
            yield return SealFindings.VersionUnknown(version);
        }

        foreach (var extension in extensions.Where(extension => extension.Critical))
        {
            yield return SealFindings.CriticalExtension(extension.Oid);
        }
    }
}
