using System.Xml.Linq;
using DocExchange.Core.Refusals;
using DocExchange.Core.Schemas;
using DocExchange.Core.Statements;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Offices;

/// <summary>
/// An office's order to stop a seal of its own, lost or in wrong hands: UTF-8 XML, namespace
/// <c>urn:docexchange:seal-order:1</c>, inside a CMS signature by the office's document key. It names the seal by its
/// SHA-256, so that an order repeated by somebody stops nothing else.
/// </summary>
/// <param name="Reason">1 to 2,000 characters; goes into the ledger.</param>
public sealed record SealOrder(string Exchange, PartyId Office, string EsId, Digest Seal, string Reason, Actor Actor, DateTimeOffset At)
{
    /// <summary>The largest signed order: 48 KiB.</summary>
    public const int MaxSize = SignedStatement.MaxSize;

    private const int MaxText = 200;

    private static readonly XNamespace Ns = "urn:docexchange:seal-order:1";

    public Task<byte[]> SignAsync(ISigningKey key, CancellationToken cancellation) =>
        CmsSigner.SignAsync(ToXml(), key, At, CmsForm.Encapsulated, withChain: false, cancellation);

    /// <summary>Reads an order and makes sure that the office's bound key signed it.</summary>
    /// <exception cref="RefusedException">It cannot be read, or the office did not sign it.</exception>
    public static SealOrder Open(ReadOnlyMemory<byte> cms, OfficeDirectory directory, TrustStore trust, DateTimeOffset now)
    {
        var order = Read(cms);
        if (order.Exchange != directory.Exchange || order.Office.Exchange != directory.Exchange)
        {
            throw new RefusedException(
                Refusal.WrongExchange, $"停用印章的指令属于交换平台“{order.Exchange}”。", $"The order belongs to the exchange '{order.Exchange}'.");
        }

        var verdict = new CmsValidator(trust, ValidationPolicy.Strict).Judge(cms, null, now, CertificateUsage.DocumentSigning);
        if (verdict.Indication != Indication.TotalPassed || verdict.Signatures is not [{ Signer: { } signer }])
        {
            throw new RefusedException(
                Refusal.NotAuthentic,
                "停用印章的指令签名无效。" + string.Join(" ", verdict.Faults.Select(fault => fault.Chinese)),
                "The signature of the order is not valid. " + string.Join(" ", verdict.Faults.Select(fault => fault.English)));
        }

        return directory.HolderOf(signer.Fingerprint, CertificateUse.Document, now) == order.Office
            ? order
            : throw new RefusedException(Refusal.NotBound, $"指令的签名证书未绑定到 {order.Office}。", $"The order's certificate is not bound to {order.Office}.");
    }

    private byte[] ToXml() => StrictXml.Write(new XElement(
        Ns + "SealOrder",
        new XAttribute("exchange", Exchange),
        new XAttribute("office", Office),
        new XAttribute("esId", EsId),
        new XAttribute("seal", Seal),
        new XAttribute("at", StrictXml.Format(At)),
        new XElement(Ns + "Actor", new XAttribute("id", Actor.Id), new XAttribute("name", Actor.Name), new XAttribute("role", Actor.Role), new XAttribute("signIn", Actor.SignIn)),
        new XElement(Ns + "Reason", Reason)));

    private static SealOrder Read(ReadOnlyMemory<byte> cms)
    {
        try
        {
            if (cms.Length > MaxSize)
            {
                throw new WordedFormatException($"停用令最多 {MaxSize} 字节。", $"an order has at most {MaxSize} bytes");
            }

            var content = CmsSignedData.Parse(cms, CmsLimits.Default).Content ?? throw new WordedFormatException("签名中没有停用令。", "the signature holds no order");
            var order = Parse(StrictXml.Read(content, MaxSize, "停用令", "The order"));
            return order.ToXml().AsSpan().SequenceEqual(content.Span) ? order : throw new WordedFormatException("它不是本程序所写的形式。", "it is not written as this program writes it");
        }
        catch (Exception fault) when (fault is FormatException or CmsFormatException)
        {
            throw new RefusedException(Refusal.FormatFailure, "停用印章的指令格式有误：" + FaultWords.Of(fault), "The order to stop a seal cannot be read: " + fault.Message);
        }
    }

    private static SealOrder Parse(XElement root)
    {
        var actor = root.Element(Ns + "Actor");
        var reason = root.Element(Ns + "Reason")?.Value ?? "";
        return root.Name == Ns + "SealOrder" && actor is not null && reason.Length is > 0 and <= PlainBody.MaxReason
            ? new SealOrder(
                Required(root, "exchange"), PartyId.Parse(Required(root, "office")), Required(root, "esId"), Digest.Parse(Required(root, "seal")), reason,
                new Actor(Required(actor, "id"), Required(actor, "name"), Required(actor, "role"), Required(actor, "signIn")),
                StrictXml.ParseTime(Required(root, "at"), "at"))
            : throw new WordedFormatException("应为 SealOrder，并有经办人和理由。", "a SealOrder with its actor and a reason is expected");
    }

    private static string Required(XElement element, string name) => (string?)element.Attribute(name) is { Length: > 0 and <= MaxText } value
        ? value
        : throw new WordedFormatException($"“{StrictXml.Shorten(element.Name.LocalName)}”缺少“{name}”，或其内容过长。", $"'{StrictXml.Shorten(element.Name.LocalName)}' lacks '{name}', or it is too long");
}
