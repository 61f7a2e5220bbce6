using DocExchange.Trust.Faults;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Containers;

/// <summary>
/// The bytes are not a package, or the parts cannot become one. <see cref="Code"/> is one of
/// <see cref="PackageFaults"/> and stable; the two sentences name the entry and, where there is one, the offset.
/// </summary>
public sealed class PackageFormatException : FormatException, IWorded
{
    internal PackageFormatException(string code, string chinese, string english, Exception? cause = null)
        : base(english, cause)
    {
        Code = code;
        Chinese = chinese;
        English = english;
    }

    public string Code { get; }

    public string Chinese { get; }

    public string English { get; }

    /// <summary>The same as a finding: HASH_FAILURE for an altered part, FORMAT_FAILURE for everything else.</summary>
    public Finding ToFinding() => Finding.Failed(
        Code, Code == PackageFaults.PartAltered ? SubIndication.HashFailure : SubIndication.FormatFailure, Chinese, English);
}

/// <summary>The stable codes of faults in a package.</summary>
public static class PackageFaults
{
    /// <summary>A byte of the ZIP structure differs from the one encoding that is allowed.</summary>
    public const string ZipNotCanonical = "ZIP_NOT_CANONICAL";

    /// <summary>The file ends too early.</summary>
    public const string Truncated = "TRUNCATED";

    /// <summary>The package or an entry is larger than the limit.</summary>
    public const string SizeLimit = "SIZE_LIMIT";

    /// <summary>More entries or seals than the limit.</summary>
    public const string EntryCount = "ENTRY_COUNT";

    /// <summary>A name that could do harm, or is too long, or not UTF-8.</summary>
    public const string EntryName = "ENTRY_NAME";

    public const string EntryDuplicate = "ENTRY_DUPLICATE";

    /// <summary>All names are known, but not in the order the format prescribes.</summary>
    public const string EntryOrder = "ENTRY_ORDER";

    /// <summary>An entry that the manifest does not list, or that has no place in a package.</summary>
    public const string EntryUnlisted = "ENTRY_UNLISTED";

    /// <summary>An entry that the manifest lists, or that every package has, is not there.</summary>
    public const string EntryMissing = "ENTRY_MISSING";

    /// <summary>The CRC-32 of mimetype or of an entry in META-INF does not fit its bytes.</summary>
    public const string EntryCrc = "ENTRY_CRC";

    /// <summary>The entry mimetype does not hold application/vnd.etsi.asic-e+zip.</summary>
    public const string Mimetype = "MIMETYPE";

    public const string ManifestInvalid = "MANIFEST_INVALID";

    /// <summary>A part changed between being hashed for the manifest and being written.</summary>
    public const string PartChanged = "PART_CHANGED";

    /// <summary>The bytes of a part do not have the digest the manifest gives.</summary>
    public const string PartAltered = "PART_ALTERED";

    /// <summary>The CRC-32 of a part does not fit its bytes.</summary>
    public const string PartCrc = "PART_CRC";

    /// <summary>The SM3 value of a part does not fit its bytes.</summary>
    public const string PartSm3 = "PART_SM3";

    /// <summary>The folder to extract into is not new or empty, or is a link.</summary>
    public const string FolderNotEmpty = "FOLDER_NOT_EMPTY";
}
