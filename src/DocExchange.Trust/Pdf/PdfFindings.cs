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

    public static Finding Ignored(int count) => Finding.Remark(
        "PDF_BYTE_RANGE_IGNORED", $"另有 {count} 处 ByteRange 不属于本文件的签名，未予考虑。", $"{count} further ByteRange entries belong to no signature of this file and were not looked at.");

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
