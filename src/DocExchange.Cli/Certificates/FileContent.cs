using System.Buffers.Text;
using DocExchange.Trust.Certificates;

namespace DocExchange.Cli.Certificates;

/// <summary>What a file is expected to hold.</summary>
/// <param name="Label">Of its PEM blocks.</param>
/// <param name="Parse">One, from DER; throws <see cref="CertificateFormatException"/>.</param>
/// <param name="WeightOf">What one takes beside its place in the file.</param>
/// <param name="IsOther">Whether a file is something else that belongs here; null where what is damaged cannot have revoked anything.</param>
internal sealed record FileContent<T>(
    string Chinese, string English, string Label, Func<byte[], T> Parse, Func<T, long> WeightOf, Func<byte[], bool>? IsOther = null, bool IsList = false)
{
    private const int MaxLabels = 3;

    /// <param name="mayLack">A text may hold other things only.</param>
    /// <exception cref="CertificateFormatException">There is nothing of the kind in it, or something that cannot be read; thrown when it is reached.</exception>
    public IEnumerable<T> ReadFrom(byte[] read, bool mayLack = false)
    {
        var isEmpty = true;
        foreach (var block in Pem.TakeBlocks(read, Label))
        {
            isEmpty = false;
            yield return Parse(block);
        }

        if (Pem.FaultIn(read, Label) is { } fault)
        {
            throw fault;
        }

        if (isEmpty && !mayLack)
        {
            var labels = string.Join(", ", Pem.LabelsIn(read, MaxLabels).Select(label => $"'{label}'"));
            throw labels.Length == 0
                ? CertificateFormatException.Malformed($"其中没有完整的 PEM 块，应为 '{Label}'。", $"There is no whole PEM block in it, '{Label}' is expected.")
                : CertificateFormatException.Malformed($"其中的 PEM 块是 {labels}，应为 '{Label}'。", $"Its PEM blocks are called {labels}, '{Label}' is expected.");
        }
    }

    /// <summary>What a file is that could not be read to its end. What may revoke is of another kind only where that shows.</summary>
    public UnreadKind KindOf(byte[] read, CertificateFormatException fault)
    {
        var isNamed = Pem.Names(read, Label);
        return fault.IsOfNoStatement || (!isNamed && IsOther?.Invoke(read) == true) ? UnreadKind.Other
            : fault.IsOfLimit ? UnreadKind.Limit
            : IsOther is not null && (isNamed || IsSequence(read)) ? UnreadKind.Damaged
            : UnreadKind.Other;
    }

    // DER, or its base64 without boundaries: SEQUENCE and a length in the long form make it begin with MI.
    private static bool IsSequence(byte[] read) => read is [0x30, ..] || (read is [(byte)'M', (byte)'I', ..] && Base64.IsValid(read));
}

internal static class FileContent
{
    // Its objects, and the decoding of the text it may be in.
    private const int ListWeight = 1024;

    public static readonly FileContent<Certificate> Certificates = new("证书", "certificate", "CERTIFICATE", der => Certificate.Parse(der), _ => 0);

    public static readonly FileContent<RevocationList> RevocationLists = new(
        "吊销列表", "revocation list", "X509 CRL", RevocationList.Take, list => ListWeight + list.HeadSize,
        read => IsRead(() => Certificate.Parse(read)) || IsRead(() => OcspResponse.Parse(read)), IsList: true);

    public static readonly FileContent<OcspResponse> OcspResponses = new(
        "OCSP 应答", "OCSP response", "OCSP RESPONSE", der => OcspResponse.Parse(der), _ => 0,
        read => IsRead(() => Certificate.Parse(read)) || IsRead(() => RevocationList.Parse(read)));

    /// <summary>X.509: two sequences, then the version of a certificate, [0]; a revocation list has a number or a sequence there.</summary>
    public static bool BeginsAsCertificate(ReadOnlySpan<byte> der) => Within(Within(der)) is [0xA0, ..];

    /// <summary>The content of a sequence as far as there is any; empty where it is none.</summary>
    private static ReadOnlySpan<byte> Within(ReadOnlySpan<byte> der)
    {
        if (der is not [0x30, var length, ..])
        {
            return default;
        }

        var size = 2 + (length > 0x80 ? length - 0x80 : 0);
        return size < der.Length ? der[size..] : default;
    }

    private static bool IsRead(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (CertificateFormatException fault)
        {
            return fault.IsOfNoStatement;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
