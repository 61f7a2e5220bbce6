using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DocExchange.Trust.Pdf;

/// <summary>What was added to the file after a signature.</summary>
internal enum PdfAddition
{
    /// <summary>Signatures with their fields, time-stamps, certificates, lists and answers (DSS), and nothing else.</summary>
    Permitted,

    /// <summary>Something else, or what is not understood.</summary>
    Other,

    /// <summary>Anything but time-stamps and DSS, where the signature permits no more (DocMDP, P = 1).</summary>
    Forbidden,
}

/// <summary>
/// Whether what follows a signature only adds what may follow one (ISO 32000-2 §12.8.2.2, ETSI EN 319 142-1 §5.4): earlier objects are
/// replaced only where nothing else of them changes. What is not understood is not permitted.
/// </summary>
internal sealed partial class PdfLaterUpdates(Stream file, PdfLimits limits, IReadOnlyList<PdfSignatureField> fields)
{
    private const int MaxObjects = 4_000;
    private const int Surroundings = 512;
    private const int MaxTransforms = 200;

    private byte[]? bytes;
    private PdfIndex? index;
    private long read;

    public async Task<PdfAddition> AfterAsync(PdfSignatureField field, CancellationToken cancellation)
    {
        if (file.Length > limits.MaxUpdatedFile || (read += file.Length - field.End) > limits.MaxUpdatesRead)
        {
            return PdfAddition.Other;
        }

        if (bytes is null)
        {
            bytes = new byte[file.Length];
            file.Position = 0;
            await file.ReadExactlyAsync(bytes, cancellation);
            index = PdfIndex.Of(bytes);
        }

        var signed = bytes.AsSpan(0, (int)field.End);
        var isPermitted = index is not null && !HasName(signed, "ObjStm"u8) && !HasName(signed, "XRef"u8)
            && PdfUpdate.Read(bytes, (int)field.End, index) is { Count: <= MaxObjects } objects
            && new PdfPermittedChanges(bytes, field.End, index, objects, fields).AreAll;
        return ForbidsChanges(signed) && (!isPermitted || fields.Any(other => other.GapStart >= field.End && !other.IsTimestamp)) ? PdfAddition.Forbidden
            : isPermitted ? PdfAddition.Permitted : PdfAddition.Other;
    }

    /// <summary>Whether a name begins so, written out or with some of its characters as # and two digits (ISO 32000-1 §7.3.5).</summary>
    private static bool HasName(ReadOnlySpan<byte> pdf, ReadOnlySpan<byte> name)
    {
        for (int from = 0, at; (at = pdf[from..].IndexOf((byte)'/')) >= 0; from += at + 1)
        {
            if (Begins(pdf[(from + at + 1)..], name))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Begins(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        foreach (var letter in name)
        {
            if (text.IsEmpty)
            {
                return false;
            }

            var isEscaped = text[0] == '#' && text.Length > 2 && byte.TryParse(text[1..3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);
            if ((isEscaped ? byte.Parse(text[1..3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : text[0]) != letter)
            {
                return false;
            }

            text = text[(isEscaped ? 3 : 1)..];
        }

        return true;
    }

    /// <summary>ISO 32000-2 §12.8.2.2, table 257.</summary>
    private static bool ForbidsChanges(ReadOnlySpan<byte> signed)
    {
        var seen = 0;
        for (int from = 0, at; (at = signed[from..].IndexOf("/TransformMethod"u8)) >= 0; from += at + 1)
        {
            if (++seen > MaxTransforms)
            {
                // Nobody writes so many; what they say is not looked for.
                return true;
            }

            var start = Math.Max(0, from + at - Surroundings);
            var text = Encoding.Latin1.GetString(signed[start..Math.Min(signed.Length, from + at + Surroundings)]);
            if (Certification().IsMatch(text) && NoChanges().IsMatch(text))
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex(@"/TransformMethod\s*/DocMDP\b", RegexOptions.CultureInvariant)]
    private static partial Regex Certification();

    [GeneratedRegex(@"/P\s+1\s*[/>]", RegexOptions.CultureInvariant)]
    private static partial Regex NoChanges();
}
