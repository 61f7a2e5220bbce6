using System.ComponentModel;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DocExchange.Node.OaApi;

/// <summary>The JSON of the API: names in camelCase, times in RFC 3339 and UTC; a field nobody knows is refused.</summary>
internal static class OaJson
{
    public static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };
}

[Description("The person who acts; both stand in the signed statement for ever.")]
internal sealed record OaPerson([property: Description("In the office's own books, at most 100 characters.")] string Id, string Name);

[Description("An act on a document.")]
internal sealed record OaAct(
    [property: Description("SignedFor 签收, Returned 退回, Opened 阅, Registered 登记, HandedOver 已转OA, Completed 办结; of the sender: Urged 催办, Withdrawn 撤回, Voided 作废, Resent 补发, ReturnReceived 收到退文, SentOnPaper 纸质送达.")] string Act,
    OaPerson Person,
    [property: Description("Returned, Withdrawn, Voided: the reason. Registered: the register number. HandedOver: the system.")] string? Text = null,
    [property: Description("Urged (none: all who have not signed), ReturnReceived (none: all returns that wait), Resent, SentOnPaper: offices.")] IReadOnlyList<string>? Recipients = null);

internal sealed record OaActed(
    [property: Description("SHA-256 of the statement, hexadecimal.")] string Statement,
    [property: Description("The hub has logged it; otherwise it is signed, on disk, and on its way.")] bool Acknowledged,
    [property: Description("It changed something; known once it is acknowledged.")] bool Effective,
    string? Remark,
    [property: Description("SHA-256 of every statement, where the act made several: a ReturnReceived for each return.")] IReadOnlyList<string>? Statements = null);

[Description("A document to be made, sealed and sent; the part 'metadata' of the form.")]
internal sealed record OaDraft(
    string Title,
    [property: Description("文种, by name or code.")] string Type,
    OaPerson Person,
    [property: Description("主送: ids of offices and groups.")] IReadOnlyList<string> To,
    [property: Description("抄送.")] IReadOnlyList<string>? Cc = null,
    IReadOnlyList<string>? Except = null,
    [property: Description("Issuing offices, host first; none: the office of the token.")] IReadOnlyList<string>? Issuers = null,
    [property: Description("发文字号; none: the next of agencyCode, or none at all.")] string? Number = null,
    [property: Description("机关代字.")] string? AgencyCode = null,
    [property: Description("特急, 加急.")] string? Urgency = null,
    [property: Description("签发人.")] string? Signer = null,
    [property: Description("RFC 3339.")] string? SignBy = null,
    [property: Description("RFC 3339.")] string? ReplyBy = null,
    [property: Description("成文日期, such as 2026-01-31; none: today.")] string? Date = null,
    [property: Description("Id of the document this corrected reprint replaces.")] string? Replaces = null,
    [property: Description("container: the node applies the issuers' seals, for a token that is also seal-keeper; body: the body (OFD) bears them already; none: it has none.")] string Seal = "container",
    [property: Description("What GB/T 33480 has besides.")] OaElements? Elements = null);

[Description("Elements of GB/T 33480 that are derived or left out where they are not given. Where something would be derived, - leaves the element out.")]
internal sealed record OaElements(
    [property: Description("公文标识 (GB/T 33477); none: the next of the host's credit code.")] string? Identifier = null,
    [property: Description("份号, six digits.")] string? CopyNumber = null,
    [property: Description("发文机关标志; none: made of the host's name.")] string? Masthead = null,
    [property: Description("A number of another form than 发文字号, such as 第1号.")] string? PrintedNumber = null,
    [property: Description("签发人署名 of an order or a motion: 市长 张三.")] string? LeaderSignature = null,
    [property: Description("附注.")] string? Notes = null,
    [property: Description("印发机关; none: the office of the token.")] string? PrintedBy = null,
    [property: Description("印发日期, such as 2026-01-31; none: today.")] string? PrintedOn = null,
    [property: Description("发布层次.")] string? ReleaseLevel = null,
    [property: Description("公开属性: 主动公开, 依申请公开, 不予公开.")] string? Publicity = null,
    [property: Description("Documents it replies to: number, id, or both with a blank between.")] IReadOnlyList<string>? RepliesTo = null,
    [property: Description("Documents it passes on, named likewise.")] IReadOnlyList<string>? Forwards = null)
{
    public Protocol.Local.V1.DraftElements ToDraft() => new()
    {
        Identifier = Identifier ?? "",
        CopyNumber = CopyNumber ?? "",
        Masthead = Masthead ?? "",
        PrintedNumber = PrintedNumber ?? "",
        LeaderSignature = LeaderSignature ?? "",
        Notes = Notes ?? "",
        PrintedBy = PrintedBy ?? "",
        PrintedOn = PrintedOn ?? "",
        ReleaseLevel = ReleaseLevel ?? "",
        Publicity = Publicity ?? "",
        RepliesTo = { RepliesTo ?? [] },
        Forwards = { Forwards ?? [] },
    };
}

internal sealed record OaSent(string Document, string Package, string? Number, int To, int Cc, IReadOnlyList<string> Warnings);

internal sealed record OaDocument(
    string Id, string Package, long Size, string? Number, string Title, string Type, string? Urgency, string Sender, IReadOnlyList<string> Issuers, string Phase,
    DateTimeOffset? AcceptedAt, DateTimeOffset? SignBy,
    [property: Description("Of the token's office, where it is a recipient: Sent, Delivered, SignedFor, Returned, Withdrawn …")] string? State,
    [property: Description("The verified package lies at this node.")] bool IsHere);

internal sealed record OaPart(string Path, string MediaType, long Size, string Sha256);

internal sealed record OaShown(OaDocument Document, [property: Description("TOTAL_PASSED where the package is sound.")] string? Indication, IReadOnlyList<string> Findings, IReadOnlyList<OaPart> Parts, IReadOnlyList<string> Rejections);

internal sealed record OaBoard(string Document, IReadOnlyList<OaRecipient> Recipients);

internal sealed record OaRecipient(
    string Office, string Name, bool IsCopy, string State, string StateChinese, string? DeliveredAt, string? OpenedAt, string? SignedForAt, string? Actor,
    string? ReturnedAt, string? ReturnReason, int Urged, string? LastUrgedAt, string? RegisterNumber, string? OverdueSince,
    [property: Description("OnLine or OffLine: the line of its node, of a row that is open; null where it is not known.")] string? Link, string? LinkLastSeen, string? DutyTelephone);

[Description("What became of a document, as one entry of the ledger says.")]
internal sealed record OaEntry(long Index, string Type, string TypeChinese, DateTimeOffset At, string Issuer, OaDocument Document);

internal sealed record OaMailboxPage(IReadOnlyList<OaEntry> Entries, [property: Description("To be asked for next, and acknowledged once all of this is kept.")] long Next, bool More);

internal sealed record OaSeen([property: Description("The page's next.")] long Next);

internal sealed record OaList(IReadOnlyList<OaDocument> Documents, string? Next);

internal sealed record OaOffice(string Id, string Name, string ShortName, string? CreditCode, IReadOnlyList<string> AgencyCodes, string? Region, string? Parent, IReadOnlyList<string> Groups, bool IsEnrolled, string? DutyTelephone);

internal sealed record OaGroup(string Id, string Name);

internal sealed record OaDirectory(long Version, string Exchange, DateTimeOffset PublishedAt, IReadOnlyList<OaGroup> Groups, IReadOnlyList<OaOffice> Offices);

internal sealed record OaNumber(string Number);
