using System.Xml.Linq;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Ofd;

/// <summary>A signature an OFD names: where its Signature.xml is.</summary>
/// <param name="Type">Seal or Sign as written; null where it is not.</param>
/// <param name="Entry">Null where the file is not in the package.</param>
/// <param name="IsNamed">Whether OFD.xml leads there, or cannot be followed: of what is only called so nobody knows that it is one.</param>
internal sealed record OfdListedSignature(string Id, string? Type, string Location, OfdEntry? Entry, bool IsNamed);

/// <summary>
/// The signatures of all documents in the file. Where OFD.xml or Signatures.xml cannot be followed, what lies in the
/// package is taken instead, so that an altered list does not hide the signatures that would show the alteration. What a document
/// hands over as an attachment is none of its signatures, whatever it is called.
/// </summary>
/// <param name="Lists">Those that are lists of signatures and nothing else.</param>
/// <param name="Attached">What is attached, where something is called as a part of a signature and not named as one.</param>
internal sealed record OfdSignatureList(IReadOnlyList<OfdListedSignature> Signatures, IReadOnlyList<string> Documents, IReadOnlySet<string> Lists, IReadOnlySet<string> Attached, IReadOnlyList<Finding> Findings)
{
    public const string Root = "OFD.xml";
    private const string ListName = "Signatures.xml";
    private const string SignatureName = "Signature.xml";

    private static readonly HashSet<string> NoParts = [];

    public static async Task<OfdSignatureList> ReadAsync(OfdPackage package, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        var documents = new List<string>();
        var lists = new List<OfdEntry>();
        if (await TryReadAsync(package, package.Find("", Root), findings, cancellation) is { } root)
        {
            ReadBodies(package, root, documents, lists, findings);
        }

        var unnamed = Called(package, ListName).Where(entry => !lists.Contains(entry)).ToList();
        var attached = unnamed.Count > 0 ? await OfdAttached.FindAsync(package, documents, cancellation) : null;
        var (named, isFollowed) = (lists.ToHashSet(), findings.Count == 0);
        AddUnlisted(package, unnamed.Where(entry => !attached!.Contains(entry.Path)), lists, findings);
        var signatures = new List<OfdListedSignature>();
        var read = new HashSet<string>(StringComparer.Ordinal);
        foreach (var list in lists.Distinct())
        {
            var (isNamed, before) = (named.Contains(list), findings.Count);
            var isList = await ReadListAsync(package, list, isNamed || !isFollowed, signatures, findings, cancellation);
            isFollowed &= !isNamed || findings.Count == before;
            if (isList && list.Path != Root && !documents.Contains(list.Path))
            {
                read.Add(list.Path);
            }
        }

        if (OrphansIn(package, signatures) is { Count: > 0 } orphans)
        {
            attached ??= await OfdAttached.FindAsync(package, documents, cancellation);
            AddOrphans(orphans.Where(entry => !attached.Contains(entry.Path)).Take(package.Limits.MaxSignatures + 1), !isFollowed, signatures, findings);
        }

        if (signatures.Count > package.Limits.MaxSignatures)
        {
            throw new OfdFormatException("OFD_TOO_MANY_SIGNATURES", $"签名超过 {package.Limits.MaxSignatures} 个。", $"There are more than {package.Limits.MaxSignatures} signatures.");
        }

        return new OfdSignatureList(signatures, documents, read, attached ?? NoParts, findings);
    }

    private static async Task<XElement?> TryReadAsync(OfdPackage package, OfdEntry? entry, List<Finding> findings, CancellationToken cancellation)
    {
        if (entry is null)
        {
            findings.Add(OfdFindings.RootMissing);
            return null;
        }

        try
        {
            return OfdXml.Read(await package.ReadAsync(entry, package.Limits.MaxXmlSize, cancellation), entry.Path, package);
        }
        catch (OfdFormatException fault)
        {
            findings.Add(fault.ToFinding());
            return null;
        }
    }

    private static void ReadBodies(OfdPackage package, XElement root, List<string> documents, List<OfdEntry> lists, List<Finding> findings)
    {
        foreach (var (body, index) in root.All("DocBody").Select((body, index) => (body, index)))
        {
            if (index == package.Limits.MaxBodies)
            {
                throw new OfdFormatException("OFD_TOO_MANY_BODIES", $"文件中的文档超过 {package.Limits.MaxBodies} 个。", $"There are more than {package.Limits.MaxBodies} documents in the file.");
            }

            AddRepeated(Root, body, ["DocRoot", "Signatures"], findings);
            if (body.Text("DocRoot") is { } document && package.Find("", document) is { } found)
            {
                documents.Add(found.Path);
            }

            if (body.Text("Signatures") is not { } location)
            {
                continue;
            }

            if (package.Find("", location) is { } list)
            {
                lists.Add(list);
            }
            else
            {
                findings.Add(OfdFindings.ListMissing(location));
            }
        }
    }

    private static void AddRepeated(string path, XElement element, string[] names, List<Finding> findings)
    {
        if (names.Where(name => element.Count(name) > 1).ToList() is { Count: > 0 } repeated)
        {
            findings.Add(OfdFindings.ElementTwice(path, repeated));
        }
    }

    private static IEnumerable<OfdEntry> Called(OfdPackage package, string name) =>
        package.Entries.Where(entry => OfdNames.FileOf(entry.Path).Equals(name, StringComparison.OrdinalIgnoreCase));

    private static void AddUnlisted(OfdPackage package, IEnumerable<OfdEntry> unnamed, List<OfdEntry> lists, List<Finding> findings)
    {
        foreach (var entry in unnamed.Take(package.Limits.MaxBodies).ToList())
        {
            findings.Add(OfdFindings.ListNotNamed(entry.Path));
            lists.Add(entry);
        }
    }

    /// <summary>Whether it is a list of signatures (GB/T 33190 §18.1).</summary>
    private static async Task<bool> ReadListAsync(OfdPackage package, OfdEntry list, bool isNamed, List<OfdListedSignature> signatures, List<Finding> findings, CancellationToken cancellation)
    {
        if (await TryReadAsync(package, list, findings, cancellation) is not { } root)
        {
            return false;
        }

        var folder = OfdNames.FolderOf(list.Path);
        foreach (var signature in root.All("Signature").Take(package.Limits.MaxSignatures + 1))
        {
            AddRepeated(list.Path, signature, ["BaseLoc", "ID", "Type"], findings);
            var location = signature.Value("BaseLoc") ?? signature.Text("BaseLoc") ?? "";
            var entry = location.Length > 0 ? package.Find(folder, location) : null;
            if (entry is not null && signatures.Exists(known => known.Entry == entry))
            {
                // Judged once; each time it is listed would cost the same again.
                findings.AddRange(new[] { OfdFindings.ListedTwice(entry.Path) }.Except(findings));
                continue;
            }

            var id = signature.Value("ID") ?? $"{signatures.Count + 1}";
            signatures.Add(new OfdListedSignature(OfdNames.Shorten(id), signature.Value("Type"), OfdNames.Shorten(location), entry, isNamed));
        }

        return root.Name.LocalName == "Signatures";
    }

    private static List<OfdEntry> OrphansIn(OfdPackage package, List<OfdListedSignature> signatures)
    {
        var known = signatures.Select(signature => signature.Entry?.Path).ToHashSet(StringComparer.Ordinal);
        return [.. Called(package, SignatureName).Where(entry => !known.Contains(entry.Path))];
    }

    private static void AddOrphans(IEnumerable<OfdEntry> orphans, bool areNamed, List<OfdListedSignature> signatures, List<Finding> findings)
    {
        foreach (var entry in orphans)
        {
            findings.Add(OfdFindings.SignatureNotListed(entry.Path));
            signatures.Add(new OfdListedSignature(entry.Path, null, entry.Path, entry, areNamed));
        }
    }
}
