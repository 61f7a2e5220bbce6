using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Pdf;

/// <summary>What can be found of a PDF and its signatures.</summary>
internal static class PdfFindings
{
    public static readonly Finding NoSignature = Finding.Indeterminate(
        "PDF_NOT_SIGNED", SubIndication.SignedDataNotFound, "PDF 文件没有数字签名，无从验证。", "The PDF carries no signature: there is nothing to verify.");

    public static readonly Finding TooMany = Finding.Indeterminate(
        "PDF_TOO_MANY_SIGNATURES", SubIndication.Generic, "PDF 文件中的签名过多，未全部验证。", "The PDF has too many signatures; not all were judged.");

    public static readonly Finding NotAllChecked = Finding.Indeterminate(
        "PDF_NOT_ALL_CHECKED", SubIndication.SignedDataNotFound, "检验全部签名所需的数据量超过上限，此签名未检验。", "The signatures take more work to check than is done for one file; this one was not checked.");

    public static readonly Finding CoversWholeFile = Finding.Remark("PDF_WHOLE_FILE", "签名覆盖整个文件。", "The signature covers the whole file.");

    public static readonly Finding ContentDiffers = Finding.Failed(
        "PDF_CONTENT_ALTERED", SubIndication.HashFailure, "内容被篡改：PDF 受保护的内容与签名时不一致。", "The content was altered: the protected bytes of the PDF are not those that were signed.");

    public static Finding TooLarge(long size, long limit) => Finding.Indeterminate(
        "PDF_TOO_LARGE", SubIndication.Generic, $"PDF 文件有 {size} 字节，超过 {limit}，未作验证。", $"The PDF has {size} bytes, more than the {limit} that are verified.");

    public static readonly Finding TimestampOnly = Finding.Indeterminate(
        "PDF_TIMESTAMP_ONLY", SubIndication.SignedDataNotFound,
        "PDF 文件只有时间戳，没有签名：时间戳只证明文件在该时间已经存在，不表示任何人认可其内容。", "The PDF has a time-stamp and no signature: it proves that the file existed then, and is nobody's approval of it.");

    public static IEnumerable<Finding> Of(PdfSignatures found)
    {
        if (found.Misplaced > 0)
        {
            yield return Misplaced(found.Misplaced);
        }

        if (found.Damaged > 0)
        {
            yield return Damaged(found.Damaged);
        }

        if (found.Unread > 0)
        {
            yield return Unread(found.Unread);
        }

        if (found.Inside > 0)
        {
            yield return Inside(found.Inside);
        }

        if (found.IsLimited)
        {
            yield return TooMany;
        }

        if (found is { Fields: [], Misplaced: 0, Damaged: 0, Unread: 0, Inside: 0, IsLimited: false })
        {
            yield return NoSignature;
        }
    }

    private static Finding Misplaced(int count) => Finding.Failed(
        "PDF_SIGNATURE_MISPLACED", SubIndication.HashFailure,
        $"内容被篡改：有 {count} 个签名不在其签名范围（ByteRange）所指的位置，文件在签名之后被增删或损坏。",
        $"The content was altered: {count} signatures do not stand where their ByteRange says, so bytes were added, taken out or damaged after they were made.");

    private static Finding Damaged(int count) => Finding.Failed(
        "PDF_CONTENTS_DAMAGED", SubIndication.FormatFailure, $"有 {count} 个签名的签名值（Contents）已损坏，无法读取。", $"The value (Contents) of {count} signatures is damaged and cannot be read.");

    private static Finding Unread(int count) => Finding.Indeterminate(
        "PDF_SIGNATURE_UNREAD", SubIndication.SignedDataNotFound,
        $"有 {count} 处可能是签名，但无法读取，未作验证；其他软件可能会显示为签名。", $"{count} places may be signatures and could not be read as such; nothing of them was verified. Other programs may show them as signatures.");

    private static Finding Inside(int count) => Finding.Indeterminate(
        "PDF_EMBEDDED_SHARED", SubIndication.SignedDataNotFound,
        $"有 {count} 个签名属于另一个 PDF 文件，该文件从本文件中间开始（未经压缩的附件，或其前被加了内容）；其他软件可能把该文件的内容和签名当作本文件自己的显示，且内容可能已改变。这些签名未予验证，请取出该文件另行验证。",
        $"{count} signatures are of another PDF that begins further on in this file (an attachment that is not compressed, or something was put before it): other programs may show its content and signatures as this file's own, changed since. They were not verified; take that file out and verify it by itself.");

    public static Finding LaterRevision(long bytes) => Finding.Remark(
        "PDF_LATER_REVISION", $"此签名之后文件又增补了 {bytes} 字节（如后续签名），不受此签名保护。", $"{bytes} bytes were added to the file after this signature, such as a later one; it does not protect them.");

    public static Finding AddedAfterLast(long bytes) => Finding.Indeterminate(
        "PDF_ADDED_AFTER_SIGNING", SubIndication.SigConstraintsFailure,
        $"最后一个签名之后文件又增补了 {bytes} 字节，不受任何签名保护，可能改变所见内容。",
        $"{bytes} bytes were added after the last signature. No signature protects them, and they may change what is shown.");

    public static Finding AddedAfter(long bytes, long end) => Finding.Indeterminate(
        "PDF_CHANGED_AFTER_SIGNING", SubIndication.SigConstraintsFailure,
        $"此签名之后文件又增补了 {bytes} 字节（如后续签名），可能改变此签名人当时所见的内容，不能认定其签的就是现在所见的内容。其所签的是文件的前 {end} 字节，可截取出来另行验证和查看。",
        $"{bytes} bytes were added after this signature, such as a later one. They may change what this signer saw, so it is not known that what is shown now was signed. Signed were the first {end} bytes of the file: cut them out to verify and look at them by themselves.");

    public static Finding SubFilter(string? subFilter) => Finding.Indeterminate(
        "PDF_SUBFILTER", SubIndication.CryptoConstraintsFailure, $"签名格式（SubFilter {subFilter ?? "未指明"}）不受支持，未作验证。", $"The signature format (SubFilter {subFilter ?? "not named"}) is not supported; nothing was verified.");
}
