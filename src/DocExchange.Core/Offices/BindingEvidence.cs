using System.Xml.Linq;
using DocExchange.Core.Schemas;

namespace DocExchange.Core.Offices;

/// <summary>
/// Why a replaced key counts: the change, and the signatures that spoke for it. An object that the directory's entry of
/// the new certificate names by SHA-256, so that anybody can judge again later.
/// </summary>
public sealed record BindingEvidence(BindingChange Change, IReadOnlyList<ReadOnlyMemory<byte>> Signatures)
{
    /// <summary>The largest evidence that is read: 4 MiB.</summary>
    public const int MaxSize = 4 * 1024 * 1024;

    public byte[] ToXml() => StrictXml.Write(new XElement(
        BindingChange.Ns + "BindingEvidence",
        new XElement(BindingChange.Ns + "Change", Convert.ToBase64String(Change.ToXml())),
        Signatures.Select(signature => new XElement(BindingChange.Ns + "Signature", Convert.ToBase64String(signature.Span)))));

    /// <exception cref="FormatException">The bytes are no such evidence.</exception>
    public static BindingEvidence Parse(ReadOnlyMemory<byte> xml)
    {
        var root = StrictXml.Read(xml, MaxSize, "绑定的证明材料", "The binding evidence");
        return root.Name == BindingChange.Ns + "BindingEvidence" && root.Elements(BindingChange.Ns + "Change").Take(2).ToList() is [var change]
            ? new BindingEvidence(
                BindingChange.Parse(Convert.FromBase64String(change.Value)),
                [.. root.Elements(BindingChange.Ns + "Signature").Take(BindingRules.MaxSignatures).Select(element => (ReadOnlyMemory<byte>)Convert.FromBase64String(element.Value))])
            : throw new FormatException("The bytes are no binding evidence.");
    }
}
