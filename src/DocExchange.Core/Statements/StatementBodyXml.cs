using System.Text;
using System.Xml.Linq;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Schemas;
using DocExchange.Trust.Digests;
using static DocExchange.Core.Statements.StatementXml;

namespace DocExchange.Core.Statements;

/// <summary>The type-specific part of a statement's XML: one element named after the shape of the body.</summary>
internal static class StatementBodyXml
{
    private const int MaxRecipients = 2_500;
    private const int MaxIssuers = 100;
    private const int MaxTitle = 500;
    private const int MaxTerm = 200;

    // What this version understands inside a body; anything else may be skipped unless it is critical.
    private static readonly HashSet<string> Vocabulary =
    [
        "Package", "PackageSize", "Title", "Number", "DocumentType", "Urgency", "Classification", "SignBy", "ReplyBy", "DirectoryVersion",
        "Issuer", "Replaces", "Recipients", "Main", "Copy", "Reason", "Replacement", "Sender", "RejectionReason", "Chinese", "English",
        "Recipient", "Version", "Directory", "Certificate", "RevokedAt", "InvalidityDate", "RevocationList", "EsId", "Seal", "Volume",
        "Content", "Packages", "Size", "Root", "Token", "Count", "Head", "To",
    ];

    public static XElement? Write(StatementBody body, out byte[]? recipientObject)
    {
        recipientObject = null;
        return body switch
        {
            PlainBody { Reason: null } or UnknownBody => null,
            PlainBody plain => Text("Reason", plain.Reason),
            DispatchBody dispatch => WriteDispatch(dispatch, out recipientObject),
            RecipientsBody concerned => new XElement(Ns + "Concerned", WriteRecipients(concerned.Recipients, out recipientObject), Text("Reason", concerned.Reason)),
            SupersededBody superseded => new XElement(Ns + "Superseded", Text("Replacement", superseded.Replacement), Text("Reason", superseded.Reason)),
            AcceptedBody accepted => new XElement(Ns + "Accepted", Text("Package", accepted.Package), Text("PackageSize", accepted.PackageSize)),
            RejectedBody rejected => new XElement(Ns + "Rejected", Text("Sender", rejected.Sender), rejected.Reasons.Select(WriteReason)),
            DeliveredBody delivered => new XElement(Ns + "Delivered", Text("Recipient", delivered.Recipient), Text("Package", delivered.Package)),
            RegisteredBody registered => Text("RegisterNumber", registered.RegisterNumber),
            HandedOverBody handedOver => Text("System", handedOver.System),
            DirectoryPublishedBody published => new XElement(Ns + "DirectoryPublished", Text("Version", published.Version), Text("Directory", published.Directory)),
            CertificateRevokedBody revoked => WriteRevoked(revoked),
            SealStoppedBody stopped => new XElement(Ns + "SealStopped", Text("EsId", stopped.EsId), Text("Seal", stopped.Seal), Text("Reason", stopped.Reason)),
            VolumeClosedBody closed => new XElement(Ns + "VolumeClosed", Text("Volume", closed.Volume), Text("Content", closed.Content), Text("Packages", closed.Packages)),
            CheckpointStampedBody stamped => new XElement(Ns + "CheckpointStamped", Text("Size", stamped.Size), Text("Root", stamped.Root), Text("Token", stamped.Token)),
            AuditHeadBody audit => new XElement(Ns + "AuditHead", Text("Count", audit.Count), Text("Head", audit.Head)),
            RelayedBody relayed => new XElement(Ns + "Relayed", Text("To", relayed.To), Text("Package", relayed.Package)),
            _ => throw new ArgumentException($"No XML form for {body.GetType().Name}.", nameof(body)),
        };
    }

    public static StatementBody Read(StatementType type, string typeName, IReadOnlyList<XElement> elements, Func<Digest, byte[]?> objects)
    {
        if (type == StatementType.Unknown)
        {
            RefuseCritical(elements, understood: null);
            return new UnknownBody(typeName);
        }

        var name = ElementOf(type);
        var own = elements.Where(element => element.Name == Ns + name).Take(2).ToList();
        RefuseCritical(elements, name);
        if (own.Count > 1)
        {
            throw new FormatException($"The statement has '{name}' more than once.");
        }

        if (own.Count == 0 && name != "Reason")
        {
            throw new FormatException($"A statement of type {type} lacks '{name}'.");
        }

        return ReadBody(type, own.FirstOrDefault(), objects);
    }

    private static string ElementOf(StatementType type) => type switch
    {
        StatementType.Dispatched => "Dispatch",
        StatementType.Resent or StatementType.Urged or StatementType.DeadlinePassed or StatementType.SentOnPaper => "Concerned",
        StatementType.Registered => "RegisterNumber",
        StatementType.HandedOver => "System",
        StatementType.Withdrawn or StatementType.Voided or StatementType.Returned or StatementType.ReturnReceived
            or StatementType.Opened or StatementType.SignedFor or StatementType.Completed => "Reason",
        _ => type.ToString(),
    };

    private static StatementBody ReadBody(StatementType type, XElement? element, Func<Digest, byte[]?> objects) => type switch
    {
        _ when element is null => new PlainBody(),
        StatementType.Dispatched => ReadDispatch(element, objects),
        StatementType.Resent or StatementType.Urged or StatementType.DeadlinePassed or StatementType.SentOnPaper =>
            new RecipientsBody(ReadRecipients(Required(element, "Recipients"), objects), Reason(element)),
        StatementType.Superseded => new SupersededBody(DocumentId.Parse(Value(element, "Replacement")), Limited(Value(element, "Reason"), PlainBody.MaxReason, "reason")),
        StatementType.Accepted => new AcceptedBody(PackageId.Parse(Value(element, "Package")), Number(element, "PackageSize")),
        StatementType.Rejected => new RejectedBody(PartyId.Parse(Value(element, "Sender")), [.. element.Elements(Ns + "RejectionReason").Take(1_000).Select(ReadReason)]),
        StatementType.Delivered => new DeliveredBody(PartyId.Parse(Value(element, "Recipient")), PackageId.Parse(Value(element, "Package"))),
        StatementType.Registered => new RegisteredBody(Limited(element.Value, MaxTerm, "register number")),
        StatementType.HandedOver => new HandedOverBody(Limited(element.Value, MaxTerm, "system")),
        StatementType.DirectoryPublished => new DirectoryPublishedBody(Number(element, "Version"), Digest.Parse(Value(element, "Directory"))),
        StatementType.CertificateRevoked => ReadRevoked(element),
        StatementType.SealStopped => new SealStoppedBody(Value(element, "EsId"), Digest.Parse(Value(element, "Seal")), Value(element, "Reason")),
        StatementType.VolumeClosed => new VolumeClosedBody(Value(element, "Volume"), Digest.Parse(Value(element, "Content")), Number(element, "Packages")),
        StatementType.CheckpointStamped => new CheckpointStampedBody(Number(element, "Size"), Digest.Parse(Value(element, "Root")), Digest.Parse(Value(element, "Token"))),
        StatementType.AuditHead => new AuditHeadBody(Number(element, "Count"), Digest.Parse(Value(element, "Head"))),
        StatementType.Relayed => new RelayedBody(PartyId.Parse(Value(element, "To")), PackageId.Parse(Value(element, "Package"))),
        _ => new PlainBody(Limited(element.Value, PlainBody.MaxReason, "reason")),
    };

    private static XElement WriteDispatch(DispatchBody dispatch, out byte[]? recipientObject) => new(
        Ns + "Dispatch",
        Text("Package", dispatch.Package),
        Text("PackageSize", dispatch.PackageSize),
        Text("Title", dispatch.Title),
        Text("Number", dispatch.Number),
        Text("DocumentType", dispatch.DocumentType),
        Text("Urgency", dispatch.Urgency),
        Text("Classification", dispatch.Classification),
        Text("SignBy", dispatch.SignBy is { } signBy ? StrictXml.Format(signBy) : null),
        Text("ReplyBy", dispatch.ReplyBy is { } replyBy ? StrictXml.Format(replyBy) : null),
        Text("DirectoryVersion", dispatch.DirectoryVersion),
        dispatch.Issuers.Select(issuer => Text("Issuer", issuer)),
        Text("Replaces", dispatch.Replaces),
        WriteRecipients(dispatch.Recipients, out recipientObject));

    private static DispatchBody ReadDispatch(XElement element, Func<Digest, byte[]?> objects) => new()
    {
        Package = PackageId.Parse(Value(element, "Package")),
        PackageSize = Number(element, "PackageSize"),
        Title = Limited(Value(element, "Title"), MaxTitle, "title"),
        Number = Term(element, "Number"),
        DocumentType = Limited(Value(element, "DocumentType"), MaxTerm, "document type"),
        Urgency = Term(element, "Urgency"),
        Classification = Term(element, "Classification"),
        SignBy = Time(element, "SignBy"),
        ReplyBy = Time(element, "ReplyBy"),
        DirectoryVersion = Number(element, "DirectoryVersion"),
        Issuers = ReadIssuers(element),
        Replaces = Single(element, "Replaces") is { } replaces ? DocumentId.Parse(replaces.Value) : null,
        Recipients = ReadRecipients(Required(element, "Recipients"), objects),
    };

    private static XElement WriteRecipients(RecipientList recipients, out byte[]? recipientObject)
    {
        recipientObject = null;
        if (recipients.FitsInline)
        {
            return new XElement(Ns + "Recipients", recipients.Main.Select(id => Text("Main", id)), recipients.Copies.Select(id => Text("Copy", id)));
        }

        recipientObject = Encoding.UTF8.GetBytes(string.Concat(recipients.Main.Select(id => $"main {id}\n").Concat(recipients.Copies.Select(id => $"copy {id}\n"))));
        return new XElement(Ns + "Recipients", new XAttribute("sha256", Digest.Of(recipientObject)), new XAttribute("count", recipients.Count));
    }

    private static RecipientList ReadRecipients(XElement element, Func<Digest, byte[]?> objects)
    {
        var entries = element.Attribute("sha256") is { } reference
            ? ReadRecipientObject(Digest.Parse(reference.Value), objects)
            : [.. element.Elements().Select(recipient => (KindOf(recipient), recipient.Value))];
        if (entries.Count > MaxRecipients)
        {
            throw new FormatException($"A statement names {entries.Count} recipients; at most {MaxRecipients} are accepted.");
        }

        if (element.Attribute("count") is { } count && StrictXml.ParseNumber(count.Value, "count") != entries.Count)
        {
            throw new FormatException($"The list of recipients has {entries.Count} lines, the statement says {StrictXml.Shorten(count.Value)}.");
        }

        // Nobody on a signed list is dropped: what is neither main nor copy is refused, not skipped.
        if (entries.FirstOrDefault(entry => entry.Kind is not ("main" or "copy")) is { Kind: { } unknown })
        {
            throw new FormatException($"A recipient is neither main nor copy but '{StrictXml.Shorten(unknown)}'.");
        }

        var list = new RecipientList(
            [.. entries.Where(entry => entry.Kind == "main").Select(entry => PartyId.Parse(entry.Id))],
            [.. entries.Where(entry => entry.Kind == "copy").Select(entry => PartyId.Parse(entry.Id))]);
        if (list.All.GroupBy(id => id).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new FormatException($"The recipient '{twice.Key}' is named twice.");
        }

        return list;
    }

    private static string KindOf(XElement recipient) =>
        recipient.Name == Ns + "Main" ? "main" : recipient.Name == Ns + "Copy" ? "copy" : recipient.Name.LocalName;

    private static List<PartyId> ReadIssuers(XElement element)
    {
        var issuers = element.Elements(Ns + "Issuer").Select(issuer => PartyId.Parse(issuer.Value)).ToList();
        return issuers.Count <= MaxIssuers ? issuers : throw new FormatException($"A statement names {issuers.Count} issuers; at most {MaxIssuers} are accepted.");
    }

    private static List<(string Kind, string Id)> ReadRecipientObject(Digest digest, Func<Digest, byte[]?> objects)
    {
        var bytes = objects(digest) ?? throw new FormatException($"The list of recipients {digest} that the statement names is not at hand.");
        if (Digest.Of(bytes) != digest || bytes.Length > MaxRecipients * 100)
        {
            throw new FormatException($"The list of recipients is not the one the statement names ({digest}).");
        }

        return [.. Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', 2))
            .Select(parts => parts.Length == 2 ? (parts[0], parts[1]) : throw new FormatException("The list of recipients has a line that is not '<kind> <id>'."))];
    }

    private static XElement WriteReason(RejectionReason reason) =>
        new(Ns + "RejectionReason", new XAttribute("code", reason.Code), Text("Chinese", reason.Chinese), Text("English", reason.English));

    private static RejectionReason ReadReason(XElement element) =>
        new((string?)element.Attribute("code") ?? "", Value(element, "Chinese"), Value(element, "English"));

    private static XElement WriteRevoked(CertificateRevokedBody revoked) => new(
        Ns + "CertificateRevoked",
        Text("Certificate", revoked.Certificate),
        Text("RevokedAt", StrictXml.Format(revoked.RevokedAt)),
        Text("InvalidityDate", revoked.InvalidityDate is { } date ? StrictXml.Format(date) : null),
        Text("Reason", revoked.Reason),
        Text("RevocationList", revoked.RevocationList));

    private static CertificateRevokedBody ReadRevoked(XElement element) => new(
        Digest.Parse(Value(element, "Certificate")),
        StrictXml.ParseTime(Value(element, "RevokedAt"), "RevokedAt"),
        Time(element, "InvalidityDate"),
        Value(element, "Reason"),
        Digest.Parse(Value(element, "RevocationList")));

    private static void RefuseCritical(IReadOnlyList<XElement> elements, string? understood)
    {
        var critical = elements.FirstOrDefault(element => !(element.Name.Namespace == Ns && element.Name.LocalName == understood) && IsCritical(element))
            ?? elements.SelectMany(element => element.Descendants())
                .FirstOrDefault(element => IsCritical(element) && !(element.Name.Namespace == Ns && Vocabulary.Contains(element.Name.LocalName)));
        if (critical is not null)
        {
            throw new FormatException($"The statement has the critical element '{StrictXml.Shorten(critical.Name.LocalName)}', which this version does not know.");
        }
    }

    // xs:boolean
    private static bool IsCritical(XElement element) => (string?)element.Attribute("critical") is "true" or "1";

    private static string? Reason(XElement parent) => Single(parent, "Reason") is { } reason ? Limited(reason.Value, PlainBody.MaxReason, "reason") : null;

    private static string? Term(XElement parent, string name) => Single(parent, name) is { } element ? Limited(element.Value, MaxTerm, name) : null;

    private static string Value(XElement parent, string name) => Required(parent, name).Value;

    private static long Number(XElement parent, string name) => StrictXml.ParseNumber(Value(parent, name), name);

    private static DateTimeOffset? Time(XElement parent, string name) => Single(parent, name) is { } element ? StrictXml.ParseTime(element.Value, name) : null;

    private static string Limited(string text, int max, string what) =>
        text.Length <= max ? text : throw new FormatException($"The {what} has {text.Length} characters; at most {max} are accepted.");
}
