using System.Xml.Linq;

namespace DocExchange.Trust.Ofd;

/// <summary>One file that a signature protects, as Signature.xml lists it.</summary>
internal sealed record OfdReference(string FileRef, string CheckValue);

/// <summary>What Signature.xml says (GB/T 33190-2016 §18.2), read leniently; whether any of it holds is judged elsewhere.</summary>
internal sealed record OfdSignatureFile
{
    public string? Provider { get; private init; }

    public string? SignatureMethod { get; private init; }

    public DateTimeOffset? StatedAt { get; private init; }

    public string? StatedAtText { get; private init; }

    public string? CheckMethod { get; private init; }

    public required IReadOnlyList<OfdReference> References { get; init; }

    /// <summary>Pages the seal's picture stands on, by id.</summary>
    public IReadOnlyList<string> Pages { get; private init; } = [];

    /// <summary>Location of Seal.esl; null where there is none.</summary>
    public string? Seal { get; private init; }

    /// <summary>Elements that stand more than once where GB/T 33190 has one; the first is read.</summary>
    public IReadOnlyList<string> Repeated { get; private init; } = [];

    /// <summary>Location of SignedValue.dat.</summary>
    public string? SignedValue { get; private init; }

    /// <exception cref="OfdFormatException">No Signature element, or too many references.</exception>
    public static OfdSignatureFile Of(XElement root, string path, OfdLimits limits)
    {
        var info = root.Name.LocalName == "Signature" ? root.One("SignedInfo") : null;
        if (info is null)
        {
            throw new OfdFormatException("OFD_SIGNATURE_XML", $"“{path}”中没有 SignedInfo。", $"'{path}' holds no SignedInfo.");
        }

        var references = info.One("References");
        var listed = references?.All("Reference").Take(limits.MaxReferences + 1).Select(ReadReference).ToList() ?? [];
        if (listed.Count > limits.MaxReferences)
        {
            throw new OfdFormatException("OFD_TOO_MANY_REFERENCES", $"“{path}”引用的文件超过 {limits.MaxReferences} 个。", $"'{path}' refers to more than {limits.MaxReferences} files.");
        }

        var time = info.Text("SignatureDateTime");
        return new OfdSignatureFile
        {
            Provider = info.One("Provider") is { } provider ? Describe(provider) : null,
            SignatureMethod = info.Text("SignatureMethod"),
            StatedAt = OfdTime.Parse(time),
            StatedAtText = time,
            CheckMethod = references?.Value("CheckMethod"),
            References = listed,
            Repeated = [.. RepeatedIn(root, info)],
            Pages = [.. info.All("StampAnnot").Select(stamp => stamp.Value("PageRef")).OfType<string>().Take(limits.MaxSignatures)],
            Seal = info.One("Seal") is { } seal ? seal.Text("BaseLoc") ?? seal.Value("BaseLoc") : null,
            SignedValue = root.Text("SignedValue") ?? info.Text("SignedValue"),
        };
    }

    private static IEnumerable<string> RepeatedIn(XElement root, XElement info)
    {
        var references = info.All("References").ToList();
        var each = references.SelectMany(all => all.All("Reference")).ToList();
        return new (string Name, bool IsRepeated)[]
        {
            ("SignedInfo", root.Count("SignedInfo") > 1),
            ("SignedValue", root.Count("SignedValue") + info.Count("SignedValue") > 1),
            ("References", references.Count > 1),
            ("SignatureMethod", info.Count("SignatureMethod") > 1),
            ("SignatureDateTime", info.Count("SignatureDateTime") > 1),
            ("Seal", info.Count("Seal") > 1),
            ("BaseLoc", info.All("Seal").Any(seal => seal.Count("BaseLoc") > 1)),
            ("CheckMethod", references.Exists(all => all.Count("CheckMethod") > 1)),
            ("CheckValue", each.Exists(reference => reference.Count("CheckValue") > 1)),
            ("FileRef", each.Exists(reference => reference.Count("FileRef") > 1)),
        }.Where(one => one.IsRepeated).Select(one => one.Name);
    }

    private static OfdReference ReadReference(XElement reference) =>
        new(reference.Value("FileRef") ?? reference.Text("FileRef") ?? "", reference.Text("CheckValue") ?? reference.Value("CheckValue") ?? "");

    private static string? Describe(XElement provider)
    {
        var words = new[] { provider.Value("Company"), provider.Value("ProviderName"), provider.Value("Version") }.OfType<string>();
        return string.Join(' ', words) is { Length: > 0 } text ? OfdNames.Shorten(text) : null;
    }
}
