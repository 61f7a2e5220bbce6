using System.Globalization;
using System.Text.RegularExpressions;
using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;

namespace DocExchange.Core.Dossiers;

/// <summary>
/// What lies where in a dossier (证据卷宗), in which order, and how large it may be. A file that has anything else, or the
/// same in another order, is no dossier.
/// </summary>
public static partial class DossierLayout
{
    public const string Readme = "README.txt";
    public const string Script = "verify.sh";
    public const string Manifest = "dossier.json";
    public const string Package = "package.asice";
    public const string Facts = "facts.json";
    public const string Policy = "policy.json";
    public const string Checkpoint = "ledger/checkpoint";
    public const string LedgerKey = "ledger/key";
    public const string WitnessKeys = "ledger/witnesses";
    public const string Anchors = "trust/anchors.pem";
    public const string Intermediates = "trust/intermediates.pem";
    public const string Lists = "trust/crls.pem";
    public const string StampAnchors = "trust/tsa-anchors.pem";
    public const string StampCertificates = "trust/tsa-certificates.pem";
    public const string Sums = "SHA256SUMS";
    public const string Signature = "SHA256SUMS.p7s";

    /// <summary>Entries of a dossier: what a ZIP without ZIP64 can count.</summary>
    public const int MaxEntries = StoredArchive.FormatMaxEntries;

    // The ids of 2,500 recipients take a quarter of this.
    private const int MaxObject = 1024 * 1024;
    private const int Text = 16 * 1024 * 1024;

    private static readonly Place[] Places =
    [
        new(Readme, Text), new(Script, Text), new(Manifest, DossierManifest.MaxSize), new(Package, PackageLimits.FormatMaxSize), new(Facts, 64L * 1024 * 1024), new(Policy, Text),
        new(StatementForm(), SignedStatement.MaxSize), new(AnnouncementForm(), SignedStatement.MaxSize), new(EntryForm(), LedgerEntry.MaxSize), new(ProofForm(), ProofText.MaxSize),
        new(Checkpoint, SignedNote.MaxSize), new(LedgerKey, SignedNote.MaxSize), new(WitnessKeys, SignedNote.MaxSize),
        new(StampForm(), TimestampToken.MaxSize), new(DirectoryForm(), OfficeDirectoryXml.MaxSize), new(ObjectForm(), MaxObject),
        new(Anchors, Text), new(Intermediates, Text), new(Lists, 64L * 1024 * 1024), new(OcspForm(), 256 * 1024), new(StampAnchors, Text), new(StampCertificates, Text),
        new(Sums, Text), new(Signature, CmsLimits.Default.MaxSize),
    ];

    public static string Statement(long index, StatementType type, PartyId office) => Name("statements", index, type, office);

    public static string Announcement(long index, StatementType type, PartyId issuer) => Name("announcements", index, type, issuer);

    public static string Entry(long index) => string.Create(CultureInfo.InvariantCulture, $"entries/{index}.der");

    public static string Proof(long index) => string.Create(CultureInfo.InvariantCulture, $"proofs/{index}.txt");

    /// <summary>The checkpoint's text that was stamped.</summary>
    public static string StampedText(long size) => string.Create(CultureInfo.InvariantCulture, $"timestamps/{size}.txt");

    public static string Token(long size) => string.Create(CultureInfo.InvariantCulture, $"timestamps/{size}.tst");

    public static string Consistency(long size) => string.Create(CultureInfo.InvariantCulture, $"timestamps/{size}.proof");

    public static string Directory(long version) => string.Create(CultureInfo.InvariantCulture, $"directories/{version}.xml");

    public static string Object(Digest digest) => $"objects/{digest}";

    public static string Ocsp(int number) => string.Create(CultureInfo.InvariantCulture, $"trust/ocsp/{number}.der");

    /// <summary>Whom a statement is about: a delivery names the office, not the node that signed it.</summary>
    public static PartyId OfficeOf(Statement statement) => statement.Body is DeliveredBody delivered ? delivered.Recipient : statement.Issuer;

    /// <summary>The problem with names, order or declared sizes; null where there is none.</summary>
    internal static (string Chinese, string English)? FindProblem(IReadOnlyList<StoredEntry> entries)
    {
        var last = (Rank: -1, Number: -1L, Tail: "");
        foreach (var entry in entries)
        {
            if (PlaceOf(entry.Path) is not { } found)
            {
                return ($"有不属于卷宗的条目“{Quoted(entry.Path)}”。", $"The entry '{Quoted(entry.Path)}' has no place in a dossier.");
            }

            if (entry.Size > Places[found.Rank].MaxSize)
            {
                return ($"条目“{entry.Path}”有 {entry.Size} 字节，超过上限 {Places[found.Rank].MaxSize}。", $"The entry '{entry.Path}' has {entry.Size} bytes, over the limit of {Places[found.Rank].MaxSize}.");
            }

            if (Compare(found, last) <= 0)
            {
                return ($"条目“{entry.Path}”的位置不对。", $"The entry '{entry.Path}' is not where the format has it.");
            }

            last = found;
        }

        var paths = entries.Select(entry => entry.Path).ToHashSet(StringComparer.Ordinal);
        return Places.FirstOrDefault(place => place.Path is { } path && !paths.Contains(path)) is { Path: { } missing }
            ? ($"卷宗缺少“{missing}”。", $"The dossier lacks '{missing}'.")
            : null;
    }

    private static int Compare((int Rank, long Number, string Tail) one, (int Rank, long Number, string Tail) other) =>
        one.Rank != other.Rank ? one.Rank.CompareTo(other.Rank)
        : one.Number != other.Number ? one.Number.CompareTo(other.Number)
        : string.CompareOrdinal(one.Tail, other.Tail);

    private static (int Rank, long Number, string Tail)? PlaceOf(string path)
    {
        for (var rank = 0; rank < Places.Length; rank++)
        {
            if (Places[rank].Path == path)
            {
                return (rank, 0, "");
            }

            if (Places[rank].Form?.Match(path) is { Success: true } match)
            {
                var number = match.Groups["number"];
                return (rank, number.Success ? long.Parse(number.Value, NumberStyles.None, CultureInfo.InvariantCulture) : 0, match.Groups["rest"].Value);
            }
        }

        return null;
    }

    private static string Name(string folder, long index, StatementType type, PartyId party) =>
        string.Create(CultureInfo.InvariantCulture, $"{folder}/{index}-{type}-{party.Local.TrimStart('~')}.p7m");

    private static string Quoted(string path) => new([.. path.Take(100).Select(letter => char.IsControl(letter) ? '?' : letter)]);

    [GeneratedRegex(@"\Astatements/(?<number>0|[1-9][0-9]{0,14})-(?<type>[A-Za-z]{1,40})-[a-z0-9-]{1,40}\.p7m\z", RegexOptions.CultureInvariant)]
    private static partial Regex StatementForm();

    [GeneratedRegex(@"\Aannouncements/(?<number>0|[1-9][0-9]{0,14})-(?<type>[A-Za-z]{1,40})-hub\.p7m\z", RegexOptions.CultureInvariant)]
    private static partial Regex AnnouncementForm();

    [GeneratedRegex(@"\Aentries/(?<number>0|[1-9][0-9]{0,14})\.der\z", RegexOptions.CultureInvariant)]
    private static partial Regex EntryForm();

    [GeneratedRegex(@"\Aproofs/(?<number>0|[1-9][0-9]{0,14})\.txt\z", RegexOptions.CultureInvariant)]
    private static partial Regex ProofForm();

    [GeneratedRegex(@"\Atimestamps/(?<number>0|[1-9][0-9]{0,14})\.(?<rest>proof|tst|txt)\z", RegexOptions.CultureInvariant)]
    private static partial Regex StampForm();

    [GeneratedRegex(@"\Adirectories/(?<number>[1-9][0-9]{0,14})\.xml\z", RegexOptions.CultureInvariant)]
    private static partial Regex DirectoryForm();

    [GeneratedRegex(@"\Aobjects/(?<rest>[0-9a-f]{64})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ObjectForm();

    [GeneratedRegex(@"\Atrust/ocsp/(?<number>[1-9][0-9]{0,5})\.der\z", RegexOptions.CultureInvariant)]
    private static partial Regex OcspForm();

    /// <param name="Path">Where there is exactly one, which every dossier has.</param>
    private sealed record Place(string? Path, Regex? Form, long MaxSize)
    {
        public Place(string path, long maxSize)
            : this(path, null, maxSize)
        {
        }

        public Place(Regex form, long maxSize)
            : this(null, form, maxSize)
        {
        }
    }
}
