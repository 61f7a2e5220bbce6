using DocExchange.Core.Documents;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Node.Records;

namespace DocExchange.Node.Receiving;

internal enum CheckOutcome
{
    Passed,

    /// <summary>The person at the desk should look.</summary>
    Doubtful,
    Failed,

    /// <summary>The package is not here yet.</summary>
    Unknown,
}

/// <summary>One of the 四查清, and what the system found.</summary>
internal sealed record DeskCheck(string Word, CheckOutcome Outcome, string Chinese, string English);

/// <summary>四查清: what a clerk looks at before signing for a document, item by item.</summary>
internal static class FourChecks
{
    /// <param name="metadata">Null before the package is here.</param>
    /// <param name="attachments">Files in the package besides the body; null before it is here.</param>
    public static IReadOnlyList<DeskCheck> Of(DispatchBody dispatch, RecipientState row, string officeName, DocumentMetadata? metadata, int? attachments, PackageRow? package) =>
        [Addressee(row, officeName), Number(dispatch, metadata), Intact(package), Items(metadata, attachments)];

    private static DeskCheck Addressee(RecipientState row, string name) => new(
        "inbox.check-addressee", CheckOutcome.Passed,
        $"{(row.IsCopy ? "抄送" : "主送")}名单（发文单位签名）中有本单位：{name}", $"The list the sender signed names this office ({(row.IsCopy ? "copy" : "main")}): {name}");

    private static DeskCheck Number(DispatchBody dispatch, DocumentMetadata? metadata)
    {
        const string Word = "inbox.check-number";
        if (metadata is null)
        {
            return NotHere(Word);
        }

        var (promised, printed) = (dispatch.Number ?? "", Inbox.DispatchTerms.NumberOf(metadata) ?? "");
        if (promised != printed)
        {
            return new DeskCheck(Word, CheckOutcome.Failed, $"发送时称“{promised}”，公文上为“{printed}”", $"Dispatched as '{promised}', the document says '{printed}'");
        }

        var number = printed.Length == 0 ? ("无文号", "No number") : (printed, printed);
        var copies = metadata.Copies is { } count ? ($"印发 {count} 份", $"{count} copies printed") : ("未标印发份数", "copies printed not stated");
        return new DeskCheck(Word, CheckOutcome.Passed, $"{number.Item1}，发送凭证与公文一致；电子 1 份，{copies.Item1}", $"{number.Item2}, the same in statement and document; 1 electronic copy, {copies.Item2}");
    }

    private static DeskCheck Intact(PackageRow? package) => package?.State switch
    {
        PackageState.Verified => new DeskCheck("inbox.check-intact", CheckOutcome.Passed, "签名、印章及每个文件的摘要均已核验，未被改动", "Signatures, seals and the digest of every file were checked: nothing is altered"),
        PackageState.Unsound => new DeskCheck("inbox.check-intact", CheckOutcome.Failed, "未通过核验，不能签收，请退文或联系发文单位", "It did not pass and cannot be signed for; return it, or call the sender"),
        _ => NotHere("inbox.check-intact"),
    };

    private static DeskCheck Items(DocumentMetadata? metadata, int? attachments)
    {
        const string Word = "inbox.check-items";
        if (metadata is null || attachments is not { } count)
        {
            return NotHere(Word);
        }

        var paper = metadata.PhysicalAttachments.Sum(item => item.Quantity);
        var (chinese, english) = ($"正文 1 件，附件 {count} 件", $"1 body, {count} attachments");
        if (metadata.AttachmentTitles.Count != count)
        {
            return new DeskCheck(
                Word, CheckOutcome.Doubtful,
                $"{chinese}；附件说明列有 {metadata.AttachmentTitles.Count} 件，请核对", $"{english}; the document lists {metadata.AttachmentTitles.Count}: please compare");
        }

        return paper > 0
            ? new DeskCheck(Word, CheckOutcome.Doubtful, $"{chinese}，与附件说明相符；另有实物附件 {paper} 件随纸质送达，请清点", $"{english}, as listed; {paper} more come on paper: please count them")
            : new DeskCheck(Word, CheckOutcome.Passed, $"{chinese}，与附件说明相符", $"{english}, as listed");
    }

    private static DeskCheck NotHere(string word) => new(word, CheckOutcome.Unknown, "公文包正在接收，尚未核对", "The package is on its way; not checked yet");
}
