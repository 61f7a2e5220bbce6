using DocExchange.Trust.Seals;

namespace DocExchange.Tests.Trust.Seals;

/// <summary>Seals made to harm the process that reads them.</summary>
public sealed class SealHostileTests
{
    // Each level takes five bytes or fewer: enough for a stack to overflow, within what a seal may be.
    private const int Levels = 300_000;

    [Test]
    public void Refuses_nested_sequences_without_following_them()
    {
        var nested = Nested(Levels, [0x06, 0x01, 0x2A]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => SealSignature.ParseForeign(nested), Throws.InstanceOf<SealFormatException>().With.Message.Contains("nested").And.Property("Code").EqualTo("SEAL_TOO_LARGE"));
            Assert.That(() => Seal.ParseForeign(nested), Throws.InstanceOf<SealFormatException>().With.Message.Contains("nested"));
            Assert.That(() => Seal.Parse(nested), Throws.InstanceOf<SealFormatException>().With.Message.Contains("nested"));
        }
    }

    [Test]
    public async Task Refuses_an_algorithm_nested_in_any_number_of_sequences()
    {
        using var world = new SealWorld();
        var seal = await world.MakeAsync();
        foreach (var levels in new[] { 2, 60, Levels })
        {
            var forged = SealForms.Sequence(outer =>
            {
                outer.WriteEncodedValue(seal.SignedBytes.Span);
                outer.WriteOctetString(seal.MakerCertificate.Der);
                outer.WriteEncodedValue(Nested(levels, [0x06, 0x01, 0x2A]));
                outer.WriteBitString(seal.Signature.Span);
            });
            Assert.That(Assert.Throws<SealFormatException>(() => Seal.ParseForeign(forged)).Code, Is.EqualTo(levels == Levels ? "SEAL_TOO_LARGE" : "SEAL_FORMAT"));
        }
    }

    private static byte[] Nested(int levels, byte[] inner)
    {
        var reversed = new List<byte>(inner.Reverse());
        for (var level = 0; level < levels; level++)
        {
            var length = reversed.Count;
            var octets = 0;
            do
            {
                reversed.Add((byte)length);
                octets++;
                length >>= 8;
            }
            while (length > 0);
            if (octets > 1 || reversed[^1] >= 0x80)
            {
                reversed.Add((byte)(0x80 | octets));
            }

            reversed.Add(0x30);
        }

        reversed.Reverse();
        return [.. reversed];
    }
}
