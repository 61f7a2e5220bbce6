using System.Text;
using CsCheck;
using DocExchange.Trust.Merkle;

namespace DocExchange.Tests.Trust.Merkle;

internal sealed class SignedNoteTests
{
    // The example of golang.org/x/mod/sumdb/note, whose format C2SP wrote down.
    private const string KnownKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    private const string KnownNote = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

        """;

    private static readonly DateTimeOffset At = new(2001, 1, 16, 9, 0, 0, TimeSpan.FromHours(8));

    private readonly NoteSigner ledger = NoteSigner.Generate("bj.example/2001", NoteKeyType.Ed25519);
    private readonly NoteSigner witness = NoteSigner.Generate("东城.example/w1", NoteKeyType.Cosignature);

    [OneTimeTearDown]
    public void DisposeKeys()
    {
        ledger.Dispose();
        witness.Dispose();
    }

    [Test]
    public void Verifies_a_note_signed_by_another_implementation()
    {
        var verifier = NoteVerifier.Parse(KnownKey);
        var note = SignedNote.Parse(Encoding.UTF8.GetBytes(KnownNote));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(verifier.ToString(), Is.EqualTo(KnownKey));
            Assert.That(note.VerifiedBy(verifier).Select(signature => signature.Verifier), Is.EqualTo(new[] { verifier }));
            Assert.That(Encoding.UTF8.GetString(note.ToBytes()), Is.EqualTo(KnownNote));
        }
    }

    [Test]
    public void Knows_the_id_of_a_public_ledgers_key() =>
        Assert.That(NoteVerifier.Parse("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8").KeyId, Is.EqualTo(0x033de0ae));

    [Test]
    public void Ignores_signatures_of_unknown_keys_and_counts_each_known_key_once()
    {
        using var stranger = NoteSigner.Generate("stranger", NoteKeyType.Cosignature);
        var note = witness.Cosign(witness.Cosign(stranger.Cosign(ledger.Sign("text\n"), At), At), At.AddSeconds(-5));
        var read = SignedNote.Parse(note.ToBytes());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Signatures, Has.Count.EqualTo(4));
            Assert.That(read.VerifiedBy(ledger.Verifier, witness.Verifier), Is.EqualTo(new[]
            {
                new VerifiedNoteSignature(ledger.Verifier, null),
                new VerifiedNoteSignature(witness.Verifier, At.AddSeconds(-5)),
            }));
        }
    }

    [Test]
    public void One_wrong_signature_of_a_known_key_spoils_the_note()
    {
        var good = ledger.Sign("one\n");
        var other = ledger.Sign("two\n").Signatures[0];
        Assert.That(good.With(other).VerifiedBy(ledger.Verifier), Is.Empty);
    }

    [Test]
    public void A_known_name_with_another_key_is_unknown()
    {
        using var namesake = NoteSigner.Generate(ledger.Verifier.Name, NoteKeyType.Ed25519);
        Assert.That(namesake.Sign("text\n").VerifiedBy(ledger.Verifier), Is.Empty);
    }

    [Test]
    public void Every_flipped_bit_of_a_signed_note_is_noticed()
    {
        var bytes = witness.Cosign(ledger.Sign("bj.example/2001\n1\ntext\n"), At).ToBytes();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var flipped = bytes.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(CountVerified(flipped), Is.LessThan(2), $"bit {bit}");
        }
    }

    [TestCase("text\n", TestName = "Refuses_a_note_without_signatures")]
    [TestCase("text\n\n", TestName = "Refuses_a_note_whose_signatures_are_missing")]
    [TestCase("\n\n— a AAAAAAA=\n", TestName = "Refuses_a_note_without_text")]
    [TestCase("text\n\n— a AAAAAAA=", TestName = "Refuses_a_note_without_final_newline")]
    [TestCase("text\n\n- a AAAAAAA=\n", TestName = "Refuses_a_hyphen_for_the_dash")]
    [TestCase("text\n\n— a  AAAAAAA=\n", TestName = "Refuses_two_spaces")]
    [TestCase("text\n\n— a+b AAAAAAA=\n", TestName = "Refuses_a_plus_in_a_name")]
    [TestCase("text\n\n— a\u3000b AAAAAAA=\n", TestName = "Refuses_a_unicode_space_in_a_name")]
    [TestCase("text\n\n— a AAAAAAB=\n", TestName = "Refuses_base64_with_stray_bits")]
    [TestCase("text\n\n— a AAAAAAA\n", TestName = "Refuses_base64_without_padding")]
    [TestCase("text\n\n— a AAAAAA==\n", TestName = "Refuses_a_signature_that_is_only_a_key_id")]
    [TestCase("te\txt\n\n— a AAAAAAA=\n", TestName = "Refuses_control_characters")]
    public void Refuses(string note) =>
        Assert.That(() => SignedNote.Parse(Encoding.UTF8.GetBytes(note)), Throws.InstanceOf<FormatException>());

    [Test]
    public void Refuses_invalid_UTF_8() =>
        Assert.That(() => SignedNote.Parse([0xff, .. "text\n\n— a AAAAAAA=\n"u8]), Throws.InstanceOf<FormatException>());

    [Test]
    public void Reads_64_signatures_and_not_one_more()
    {
        var line = "— a AAAAAAA=\n";
        var most = "text\n\n" + string.Concat(Enumerable.Repeat(line, SignedNote.MaxSignatures));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(SignedNote.Parse(Encoding.UTF8.GetBytes(most)).Signatures, Has.Count.EqualTo(64));
            Assert.That(() => SignedNote.Parse(Encoding.UTF8.GetBytes(most + line)), Throws.InstanceOf<FormatException>());
            Assert.That(() => SignedNote.Parse(new byte[SignedNote.MaxSize + 1]), Throws.InstanceOf<FormatException>());
            Assert.That(() => ledger.Sign(new string('x', SignedNote.MaxSize) + "\n"), Throws.InstanceOf<FormatException>());
        }
    }

    [Test]
    public void Whatever_is_read_is_written_back_byte_for_byte() =>
        Gen.OneOf(Gen.Byte.Array[0, 80], Gen.Char["—- aA=+/\n"].Array[0, 40].Select(text => Encoding.UTF8.GetBytes("t\n\n— a " + new string(text)))).Sample(bytes =>
        {
            try
            {
                return SignedNote.Parse(bytes).ToBytes().AsSpan().SequenceEqual(bytes);
            }
            catch (FormatException)
            {
                return true;
            }
        });

    [TestCase("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", TestName = "Refuses_a_vkey_with_another_id")]
    [TestCase("PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", TestName = "Refuses_a_vkey_with_another_name")]
    [TestCase("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", TestName = "Refuses_a_vkey_with_an_upper_case_id")]
    [TestCase("PeterNeumann+c74f20a3+AhpcAA==", TestName = "Refuses_a_vkey_of_unknown_type")]
    [TestCase("PeterNeumann+c74f20a3", TestName = "Refuses_a_vkey_without_key")]
    [TestCase("small+00000000+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", TestName = "Refuses_a_vkey_of_small_order")]
    public void Refuses_key(string vkey) => Assert.That(() => NoteVerifier.Parse(vkey), Throws.InstanceOf<FormatException>());

    private int CountVerified(byte[] bytes)
    {
        try
        {
            return SignedNote.Parse(bytes).VerifiedBy(ledger.Verifier, witness.Verifier).Count;
        }
        catch (FormatException)
        {
            return 0;
        }
    }
}
