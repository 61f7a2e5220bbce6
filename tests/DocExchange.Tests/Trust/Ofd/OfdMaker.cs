using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>How one signature of an OFD is written; each vendor has ways of its own.</summary>
internal sealed record OfdStyle
{
    public string Prefix { get; init; } = "ofd:";

    public bool HasByteOrderMark { get; init; }

    /// <summary>Null: written with the slash in front. Otherwise the name as this makes it of a path.</summary>
    public Func<string, string> Refer { get; init; } = path => "/" + path;

    /// <summary>SignedValue and Seal, of names in the signature's own folder.</summary>
    public Func<string, string> ReferOwn { get; init; } = path => "/" + path;

    public string? CheckMethod { get; init; } = "1.2.156.10197.1.401";

    public Func<byte[], byte[]> Hash { get; init; } = bytes => Sm3.Hash(bytes);

    public Func<byte[], string> Encode { get; init; } = Convert.ToBase64String;

    public string Method { get; init; } = "1.2.156.10197.1.501";

    public string? Time { get; init; } = "20260305023015Z";

    public string? Type { get; init; } = "Seal";

    /// <summary>Seal.esl: true for that of the signature, false for none.</summary>
    public bool HasSealFile { get; init; } = true;

    /// <summary>Whether Signatures.xml, which must be there already, is protected.</summary>
    public bool ProtectsList { get; init; }

    public Func<string, bool> Protects { get; init; } = _ => true;

    public string Property { get; init; } = "/Doc_0/Signs/Sign_{0}/Signature.xml";
}

/// <summary>
/// Makes OFD files with signatures as a vendor's product would, independent of the product's own code: XML by hand, seals
/// by <see cref="SealForms"/>, the ZIP by the class library.
/// </summary>
internal sealed class OfdMaker
{
    public const string List = "Doc_0/Signs/Signatures.xml";

    private readonly List<string> listed = [];

    public OfdMaker(string prefix = "ofd:")
    {
        var declared = Declared(prefix);
        Put("OFD.xml", $"<{prefix}OFD {declared} Version=\"1.0\"><{prefix}DocBody><{prefix}DocInfo><{prefix}DocID>0</{prefix}DocID></{prefix}DocInfo>"
            + $"<{prefix}DocRoot>Doc_0/Document.xml</{prefix}DocRoot><{prefix}Signatures>/{List}</{prefix}Signatures></{prefix}DocBody></{prefix}OFD>");
        Put("Doc_0/Document.xml", $"<{prefix}Document {declared}><{prefix}CommonData><{prefix}PublicRes>PublicRes.xml</{prefix}PublicRes></{prefix}CommonData>"
            + $"<{prefix}Pages><{prefix}Page ID=\"1\" BaseLoc=\"Pages/Page_0/Content.xml\"/><{prefix}Page ID=\"2\" BaseLoc=\"Pages/Page_1/Content.xml\"/></{prefix}Pages></{prefix}Document>");
        Put("Doc_0/PublicRes.xml", $"<{prefix}Res {declared}/>");
        Put("Doc_0/Pages/Page_0/Content.xml", $"<{prefix}Page {declared}><{prefix}Content>京政发〔2001〕1号</{prefix}Content></{prefix}Page>");
    }

    public Dictionary<string, byte[]> Parts { get; } = [];

    /// <summary>How entries are packed.</summary>
    public CompressionLevel Compression { get; init; } = CompressionLevel.Optimal;

    public void Put(string path, string text) => Parts[path] = Encoding.UTF8.GetBytes(text);

    /// <summary>Applies a seal of version 1, 4 or 5.</summary>
    /// <param name="isForged">The maker's signature of the seal does not fit.</param>
    public async Task<byte[]> SealAsync(SealWorld world, OfdStyle? style = null, int version = 4, bool raw = false, bool asDigests = false, DateTimeOffset? at = null, byte[]? timeInfo = null, bool isForged = false)
    {
        var chosen = style ?? new OfdStyle();
        var info = SealForms.Info(version, world.Definition(), SealForms.ExplicitFalse, asDigests);
        var seal = version == 1 ? await SealForms.FirstSealAsync(info, world.Maker) : await SealForms.SignedAsync(info, world.Maker, raw);
        seal[^1] ^= (byte)(isForged ? 1 : 0);
        var number = listed.Count;
        if (chosen.HasSealFile)
        {
            Parts[$"Doc_0/Signs/Sign_{number}/Seal.esl"] = seal;
        }

        var file = Describe(chosen, number, hasSeal: true);
        var property = string.Format(System.Globalization.CultureInfo.InvariantCulture, chosen.Property, number);
        var time = at ?? SealWorld.Sealed;
        var value = version == 1
            ? await SealForms.FirstSignatureAsync(seal, world.Holder, timeInfo ?? ForgedCms.UtcTime(time), file, property)
            : await SealForms.SignedAsync(SealForms.ToSign(version, seal, time, file, property), world.Holder, raw);
        Add(chosen, number, file, value);
        return file;
    }

    /// <summary>Signs with a value that is made of Signature.xml.</summary>
    public async Task SignAsync(OfdStyle style, Func<byte[], Task<byte[]>> sign)
    {
        var number = listed.Count;
        var file = Describe(style, number, hasSeal: false);
        Add(style, number, file, await sign(file));
    }

    public byte[] Zip(Func<string, string>? name = null)
    {
        WriteList();
        return Pack(Parts, name, Compression);
    }

    public static byte[] Pack(IEnumerable<KeyValuePair<string, byte[]>> parts, Func<string, string>? name = null, CompressionLevel compression = CompressionLevel.Optimal)
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, bytes) in parts)
            {
                using var entry = zip.CreateEntry(name?.Invoke(path) ?? path, compression).Open();
                entry.Write(bytes);
            }
        }

        return output.ToArray();
    }

    /// <summary>The list of signatures, which the signatures themselves leave out.</summary>
    public void WriteList()
    {
        if (listed.Count > 0)
        {
            Put(List, $"<ofd:Signatures {Declared("ofd:")}><ofd:MaxSignId>{listed.Count}</ofd:MaxSignId>{string.Concat(listed)}</ofd:Signatures>");
        }
    }

    private byte[] Describe(OfdStyle style, int number, bool hasSeal)
    {
        var prefix = style.Prefix;
        var own = $"Doc_0/Signs/Sign_{number}";
        var references = Parts.Where(part => (part.Key != List || style.ProtectsList) && !(part.Key.StartsWith("Doc_0/Signs/", StringComparison.Ordinal) && part.Key.EndsWith("Signature.xml", StringComparison.Ordinal)) && !part.Key.EndsWith(".dat", StringComparison.Ordinal) && style.Protects(part.Key))
            .Select(part => $"<{prefix}Reference FileRef=\"{Escape(style.Refer(part.Key))}\"><{prefix}CheckValue>{style.Encode(style.Hash(part.Value))}</{prefix}CheckValue></{prefix}Reference>");
        var xml = $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{prefix}Signature {Declared(prefix)}><{prefix}SignedInfo>"
            + $"<{prefix}Provider ProviderName=\"测试签章\" Version=\"2.0\" Company=\"某公司\"/><{prefix}SignatureMethod>{style.Method}</{prefix}SignatureMethod>"
            + (style.Time is null ? "" : $"<{prefix}SignatureDateTime>{style.Time}</{prefix}SignatureDateTime>")
            + $"<{prefix}References{(style.CheckMethod is null ? "" : $" CheckMethod=\"{style.CheckMethod}\"")}>{string.Concat(references)}</{prefix}References>"
            + (hasSeal ? $"<{prefix}StampAnnot ID=\"9\" PageRef=\"1\" Boundary=\"120 200 42 42\"/>" : "")
            + (hasSeal && style.HasSealFile ? $"<{prefix}Seal><{prefix}BaseLoc>{style.ReferOwn(own + "/Seal.esl")}</{prefix}BaseLoc></{prefix}Seal>" : "")
            + $"</{prefix}SignedInfo><{prefix}SignedValue>{style.ReferOwn(own + "/SignedValue.dat")}</{prefix}SignedValue></{prefix}Signature>";
        return [.. style.HasByteOrderMark ? Encoding.UTF8.Preamble.ToArray() : [], .. Encoding.UTF8.GetBytes(xml)];
    }

    private void Add(OfdStyle style, int number, byte[] file, byte[] value)
    {
        Parts[$"Doc_0/Signs/Sign_{number}/Signature.xml"] = file;
        Parts[$"Doc_0/Signs/Sign_{number}/SignedValue.dat"] = value;
        listed.Add($"<ofd:Signature ID=\"{number + 1}\"{(style.Type is null ? "" : $" Type=\"{style.Type}\"")} BaseLoc=\"{Escape(style.ReferOwn($"Doc_0/Signs/Sign_{number}/Signature.xml"))}\"/>");
    }

    private static string Declared(string prefix) =>
        prefix.Length == 0 ? "xmlns=\"http://www.ofdspec.org/2016\"" : $"xmlns:{prefix.TrimEnd(':')}=\"http://www.ofdspec.org/2016\"";

    private static string Escape(string text) => new XText(text).ToString();
}
