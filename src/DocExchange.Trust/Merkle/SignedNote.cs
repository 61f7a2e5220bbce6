using System.Buffers.Binary;
using System.Text;

namespace DocExchange.Trust.Merkle;

/// <summary>One signature line of a note. <paramref name="Value"/> is what follows the key id.</summary>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Value);

/// <summary>A signature that was verified; <paramref name="At"/> is set for a cosignature only.</summary>
public sealed record VerifiedNoteSignature(NoteVerifier Verifier, DateTimeOffset? At);

/// <summary>
/// Text with the signatures of one or more keys (C2SP signed-note). Parsing accepts only the one encoding that
/// <see cref="ToBytes"/> gives, so equal notes are equal bytes. Nothing is verified until <see cref="VerifiedBy"/>.
/// </summary>
public sealed class SignedNote
{
    /// <summary>The largest note that is read: 64 KiB.</summary>
    public const int MaxSize = 64 * 1024;

    public const int MaxSignatures = 64;

    private const string SignatureMark = "— ";
    private const int KeyIdSize = 4;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private SignedNote(string text, IReadOnlyList<NoteSignature> signatures)
    {
        Text = text;
        Signatures = signatures;
    }

    /// <summary>What is signed, with its final newline.</summary>
    public string Text { get; }

    /// <summary>All signatures as they stand in the note, also of unknown keys.</summary>
    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <exception cref="FormatException">The text cannot be signed, or the note would be larger than the limits.</exception>
    public static SignedNote Of(string text, params IEnumerable<NoteSignature> signatures)
    {
        RequireText(text);
        var note = new SignedNote(text, [.. signatures]);
        if (note.Signatures.Count is 0 or > MaxSignatures)
        {
            throw new FormatException($"A note has 1 to {MaxSignatures} signatures, not {note.Signatures.Count}.");
        }

        if (note.ToBytes().Length > MaxSize)
        {
            throw new FormatException($"The note is larger than {MaxSize} bytes.");
        }

        return note;
    }

    /// <exception cref="FormatException">The bytes are not a signed note.</exception>
    public static SignedNote Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxSize)
        {
            throw new FormatException($"A note of {bytes.Length} bytes is larger than {MaxSize}.");
        }

        var whole = Decode(bytes);
        var split = whole.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (split <= 0 || !whole.EndsWith('\n') || split + 2 == whole.Length)
        {
            throw new FormatException("A note is a text, an empty line and at least one signature line.");
        }

        var lines = whole[(split + 2)..^1].Split('\n', MaxSignatures + 1);
        if (lines.Length > MaxSignatures)
        {
            throw new FormatException($"The note has more than {MaxSignatures} signatures.");
        }

        return Of(whole[..(split + 1)], lines.Select(ParseSignature));
    }

    /// <summary>The same note with one more signature.</summary>
    public SignedNote With(NoteSignature signature) => Of(Text, [.. Signatures, signature]);

    public byte[] ToBytes()
    {
        var whole = new StringBuilder(Text).Append('\n');
        foreach (var signature in Signatures)
        {
            var value = new byte[KeyIdSize + signature.Value.Length];
            BinaryPrimitives.WriteUInt32BigEndian(value, signature.KeyId);
            signature.Value.Span.CopyTo(value.AsSpan(KeyIdSize));
            whole.Append(SignatureMark).Append(signature.Name).Append(' ').Append(Convert.ToBase64String(value)).Append('\n');
        }

        return Utf8.GetBytes(whole.ToString());
    }

    /// <summary>
    /// The known keys that signed this note, each once, a cosigner with its earliest time. Signatures of unknown keys are
    /// ignored. Empty as well when a known key's signature is wrong: such a note counts for nothing (signed-note,
    /// Signatures).
    /// </summary>
    public IReadOnlyList<VerifiedNoteSignature> VerifiedBy(params IEnumerable<NoteVerifier> known)
    {
        var verified = new Dictionary<NoteVerifier, VerifiedNoteSignature>();
        var verifiers = known.ToList();
        foreach (var signature in Signatures)
        {
            foreach (var verifier in verifiers.Where(verifier => verifier.Made(signature)))
            {
                if (!verifier.Verify(Text, signature, out var at))
                {
                    return [];
                }

                if (!verified.TryGetValue(verifier, out var earlier) || at < earlier.At)
                {
                    verified[verifier] = new VerifiedNoteSignature(verifier, at);
                }
            }
        }

        return [.. verified.Values];
    }

    /// <summary>A key name: not empty, no white space, no plus, no control character (signed-note, Format).</summary>
    internal static bool IsKeyName(string name) =>
        name.Length is > 0 and <= 255
        && !name.Any(letter => letter == '+' || char.IsWhiteSpace(letter) || char.IsControl(letter))
        && !name.EnumerateRunes().Contains(Rune.ReplacementChar);

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException fault)
        {
            throw new FormatException("The note is not valid UTF-8.", fault);
        }
    }

    private static void RequireText(string text)
    {
        if (!text.EndsWith('\n'))
        {
            throw new FormatException("The text of a note ends with a newline.");
        }

        var control = text.AsSpan().IndexOfAny(ControlCharacters);
        if (control >= 0)
        {
            throw new FormatException($"The note has the control character U+{(int)text[control]:X4} at position {control}.");
        }
    }

    private static readonly System.Buffers.SearchValues<char> ControlCharacters =
        System.Buffers.SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (char)code).Where(code => code != '\n')]);

    private static NoteSignature ParseSignature(string line)
    {
        var parts = line.Split(' ');
        if (parts is not ["—", var name, var base64] || !IsKeyName(name))
        {
            throw new FormatException("A signature line is an em dash, a key name and a base64 value, with one space between.");
        }

        var value = StrictBase64.Decode(base64);
        if (value is null || value.Length <= KeyIdSize)
        {
            throw new FormatException($"The signature of '{name}' is not a key id and a signature in base64.");
        }

        return new NoteSignature(name, BinaryPrimitives.ReadUInt32BigEndian(value), value.AsMemory(KeyIdSize));
    }
}

internal static class StrictBase64
{
    /// <summary>RFC 4648 §4 with padding, no white space and zero pad bits; null for anything else.</summary>
    public static byte[]? Decode(string text)
    {
        var value = new byte[text.Length / 4 * 3];
        return Convert.TryFromBase64String(text, value, out var written) && Convert.ToBase64String(value, 0, written) == text
            ? value[..written]
            : null;
    }
}
