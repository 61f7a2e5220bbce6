using System.Formats.Asn1;
using CsCheck;
using DocExchange.Trust.Seals;

namespace DocExchange.Tests.Trust.Seals;

public sealed class SealParsingTests
{
    private static readonly DateTimeOffset Now = SealWorld.Sealed.AddDays(1);

    private SealWorld world = null!;
    private byte[] seal = null!;
    private byte[] signature = null!;

    [OneTimeSetUp]
    public async Task CreateWorld()
    {
        world = new SealWorld();
        seal = (await world.MakeAsync()).Der.ToArray();
        signature = await world.ApplyAsync();
    }

    [OneTimeTearDown]
    public void DisposeWorld() => world.Dispose();

    [Test]
    public void Throws_nothing_but_its_own_exception_for_random_bytes() => Gen.Byte.Array[0, 300].Sample(
        bytes => IsOrderly(() => Seal.Parse(bytes)) && IsOrderly(() => SealSignature.Parse(bytes)), iter: 2_000);

    [Test]
    public void Throws_nothing_but_its_own_exception_for_damaged_seals() =>
        Gen.Select(Gen.Int[0, signature.Length - 1], Gen.Byte, Gen.Int[0, 3]).Sample(
            (position, value, cut) =>
            {
                var damaged = signature[..^cut];
                damaged[Math.Min(position, damaged.Length - 1)] = value;
                var damagedSeal = seal.ToArray();
                damagedSeal[position % seal.Length] = value;
                return IsOrderly(() => SealSignature.Parse(damaged)) && IsOrderly(() => Seal.Parse(damagedSeal));
            },
            iter: 3_000);

    [Test]
    public void Judges_damaged_signatures_without_throwing()
    {
        var validator = new SealValidator(world.Trust);
        Gen.Select(Gen.Int[0, signature.Length - 1], Gen.Byte).Sample(
            (position, value) =>
            {
                var damaged = signature.ToArray();
                damaged[position] = value;
                var isPassed = validator.Validate(damaged, SealWorld.Content, null, Now).Indication == DocExchange.Trust.Validation.Indication.TotalPassed;
                return isPassed == signature.AsSpan().SequenceEqual(damaged);
            },
            iter: 300);
    }

    [Test]
    public void Refuses_trailing_bytes()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => Seal.Parse((byte[])[.. seal, 0]), Throws.TypeOf<SealFormatException>());
            Assert.That(() => SealSignature.Parse((byte[])[.. signature, 0]), Throws.TypeOf<SealFormatException>());
        }
    }

    [Test]
    public void Refuses_indefinite_length()
    {
        // 30 82 xx xx becomes 30 80, with the two end octets behind.
        Assert.That(() => Seal.Parse((byte[])[0x30, 0x80, .. seal[4..], 0, 0]), Throws.TypeOf<SealFormatException>());
    }

    [Test]
    public void Refuses_more_than_four_mebibytes()
    {
        var fault = Assert.Throws<SealFormatException>(() => Seal.Parse(new byte[Seal.MaxSize + 1]));
        Assert.That(fault!.Code, Is.EqualTo("SEAL_TOO_LARGE"));
    }

    [Test]
    public async Task Refuses_a_picture_of_more_than_one_mebibyte()
    {
        var definition = world.Definition() with { Picture = new SealPicture("png", new byte[SealPicture.MaxSize + 1], 45, 45) };
        var der = await SealForms.SignedAsync(SealForms.Info(4, definition), world.Maker);
        Assert.That(Assert.Throws<SealFormatException>(() => Seal.Parse(der))!.Code, Is.EqualTo("SEAL_TOO_LARGE"));
    }

    [Test]
    public async Task Refuses_more_than_256_holders()
    {
        var definition = world.Definition() with { Signers = [.. Enumerable.Repeat(world.Holder.Certificate, Seal.MaxSigners)] };
        var longest = await SealForms.SignedAsync(SealForms.Info(4, definition), world.Maker);
        var tooLong = await SealForms.SignedAsync(SealForms.Info(4, definition with { Signers = [.. definition.Signers, world.Maker.Certificate] }), world.Maker);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Seal.Parse(longest).Signers, Has.Count.EqualTo(Seal.MaxSigners));
            Assert.That(() => Seal.Parse(tooLong), Throws.TypeOf<SealFormatException>());
        }
    }

    [Test]
    public async Task Refuses_more_than_64_extensions()
    {
        var der = await SealForms.SignedAsync(SealForms.Info(4, world.Definition(), info => WriteExtensions(info, Seal.MaxExtensions + 1)), world.Maker);
        var longest = await SealForms.SignedAsync(SealForms.Info(4, world.Definition(), info => WriteExtensions(info, Seal.MaxExtensions)), world.Maker);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => Seal.Parse(der), Throws.TypeOf<SealFormatException>());
            Assert.That(Seal.Parse(longest).Extensions, Has.Count.EqualTo(Seal.MaxExtensions));
        }
    }

    private static void WriteExtensions(AsnWriter info, int count) => info.WriteEncodedValue(SealForms.Sequence(list =>
    {
        for (var i = 0; i < count; i++)
        {
            list.WriteEncodedValue(SealForms.Sequence(extension =>
            {
                extension.WriteObjectIdentifier("1.2.3");
                extension.WriteOctetString([]);
            }));
        }
    }));

    private static bool IsOrderly(Action parse)
    {
        try
        {
            parse();
        }
        catch (SealFormatException)
        {
            // The one exception that parsing may throw.
        }

        return true;
    }
}
