using System.Globalization;
using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Merkle;

/// <summary>
/// The state of a ledger: its origin, the number of entries and the root over them (C2SP tlog-checkpoint). Extension
/// lines are neither written nor accepted: nobody audits them.
/// </summary>
public sealed record Checkpoint
{
    /// <summary>Origins longer than this are refused (the limit of a cosigned origin in tlog-cosignature).</summary>
    public const int MaxOriginLength = 255;

    /// <exception cref="FormatException">The origin is empty, too long or not one line.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative.</exception>
    public Checkpoint(string origin, long size, Digest root)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (origin.Length is 0 or > MaxOriginLength || origin.Any(char.IsControl))
        {
            throw new FormatException($"The origin of a checkpoint is one line of 1 to {MaxOriginLength} characters.");
        }

        (Origin, Size, Root) = (origin, size, root);
    }

    public string Origin { get; }

    public long Size { get; }

    public Digest Root { get; }

    /// <summary>The text that is signed: three lines.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root.Span)}\n");

    /// <summary>Reads the text of a note.</summary>
    /// <exception cref="FormatException">It is not exactly what <see cref="Text"/> gives for some checkpoint.</exception>
    public static Checkpoint Parse(string text)
    {
        if (text.Split('\n', 5) is not [var origin, var size, var root, ""])
        {
            throw new FormatException("A checkpoint has three lines: origin, size and root.");
        }

        if (!long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var entries) || entries.ToString(CultureInfo.InvariantCulture) != size)
        {
            throw new FormatException("The size of a checkpoint is a decimal number without leading zeros.");
        }

        return StrictBase64.Decode(root) is { Length: Digest.Size } hash
            ? new Checkpoint(origin, entries, Digest.FromBytes(hash))
            : throw new FormatException($"The root of a checkpoint is {Digest.Size} bytes in base64.");
    }

    /// <summary>Signs this state.</summary>
    public SignedCheckpoint SignedBy(NoteSigner signer) => new(this, signer.Sign(Text));

    /// <summary>Reads a note, believing it only if <paramref name="ledger"/> signed it; other signatures are left alone.</summary>
    /// <exception cref="FormatException">The bytes are no checkpoint, or the ledger's key did not sign them.</exception>
    public static SignedCheckpoint Open(ReadOnlySpan<byte> note, NoteVerifier ledger)
    {
        var signed = SignedNote.Parse(note);
        return signed.VerifiedBy(ledger).Count == 1
            ? new SignedCheckpoint(Parse(signed.Text), signed)
            : throw new FormatException($"The checkpoint has no valid signature of '{ledger.Name}' (key {ledger.KeyId:x8}).");
    }
}

/// <summary>A checkpoint with the note that carries its signatures.</summary>
public sealed record SignedCheckpoint
{
    internal SignedCheckpoint(Checkpoint checkpoint, SignedNote note)
    {
        (Checkpoint, Note) = (checkpoint, note);
    }

    public Checkpoint Checkpoint { get; }

    public SignedNote Note { get; }

    public byte[] ToBytes() => Note.ToBytes();
}
