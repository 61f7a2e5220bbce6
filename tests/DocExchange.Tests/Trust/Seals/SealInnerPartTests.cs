using System.Formats.Asn1;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Seals;

/// <summary>What stands behind the last field of a seal's header, property or picture, and beside a time-stamp: not taken in silence either.</summary>
public sealed class SealInnerPartTests
{
    // Of eSealInfo: header, number, property, picture.
    private const int Header = 0;
    private const int Property = 2;
    private const int Picture = 3;

    private static readonly DateTimeOffset Now = SealWorld.Sealed.AddDays(1);

    private readonly SealWorld world = new();

    [OneTimeTearDown]
    public void DisposeWorld() => world.Dispose();

    [TestCase(Header)]
    [TestCase(Property)]
    [TestCase(Picture)]
    public async Task Leaves_open_a_critical_extension_in_any_part_of_a_seal_and_remarks_upon_what_it_does_not_know(int part)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Told(await ApplyAsync(With(part, Extension(isCritical: true)))), Is.EqualTo(new[] { ("SEAL_CRITICAL_EXTENSION", Indication.Indeterminate, SubIndication.SigConstraintsFailure) }));
            Assert.That(Told(await ApplyAsync(With(part, Extension(isCritical: false)))), Is.Empty);
            Assert.That(Told(await ApplyAsync(With(part, [4, 1, 7]))), Is.EqualTo(new[] { ("SEAL_UNKNOWN_PART", Indication.TotalPassed, SubIndication.None) }));
            var seal = await SealForms.SignedAsync(With(part, [4, 1, 7]), world.Maker);
            Assert.That(() => Seal.Parse(seal), Throws.InstanceOf<SealFormatException>());
        }
    }

    [Test]
    public async Task Remarks_upon_an_unknown_element_in_the_digest_of_a_certificate()
    {
        var info = SealForms.Info(4, world.Definition(), asDigests: true);
        var property = Rewritten(info, Property, (element, index) => index != 3 ? element : Rewritten(element, 0, each => [.. each, 4, 1, 7]));

        Assert.That(Told(await ApplyAsync(property)), Is.EqualTo(new[] { ("SEAL_UNKNOWN_PART", Indication.TotalPassed, SubIndication.None) }));
    }

    [Test]
    public async Task Fails_bytes_beside_a_time_stamp_of_seal_or_signature()
    {
        var seal = await SealForms.SignedAsync(SealForms.Info(5, world.Definition()), world.Maker, timestamp: [0x30, 0]);
        var applied = await SealForms.SignedAsync(SealForms.ToSign(5, seal, SealWorld.Sealed, SealWorld.Content, SealWorld.Property), world.Holder, timestamp: [0x30, 0]);
        var validator = new SealValidator(world.Trust);
        var ofSeal = validator.ValidateSeal(Seal.ParseForeign(Beside(seal)), Now);
        var ofSignature = validator.Validate(SealSignature.ParseForeign(Beside(applied)), SealWorld.Content, SealWorld.Property, Now);
        using (Assert.EnterMultipleScope())
        {
            foreach (var verdict in new[] { ofSeal, ofSignature })
            {
                Assert.That((verdict.Indication, verdict.Findings.Select(finding => finding.Code).Contains("SEAL_UNSIGNED_PART")), Is.EqualTo((Indication.TotalFailed, true)));
            }
        }
    }

    private async Task<SignatureVerdict> ApplyAsync(byte[] info)
    {
        var seal = await SealForms.SignedAsync(info, world.Maker);
        var applied = await SealForms.SignedAsync(SealForms.ToSign(4, seal, SealWorld.Sealed, SealWorld.Content, SealWorld.Property), world.Holder);
        return new SealValidator(world.Trust).Validate(SealSignature.ParseForeign(applied), SealWorld.Content, SealWorld.Property, Now);
    }

    private byte[] With(int part, byte[] element) => Rewritten(SealForms.Info(4, world.Definition()), part, content => [.. content, .. element]);

    /// <summary>The last element of the outermost sequence with octets more in it.</summary>
    private static byte[] Beside(byte[] encoded) => Rewritten(encoded, 4, content => [.. content, 4, 4, .. "evil"u8]);

    private static byte[] Rewritten(byte[] sequence, int at, Func<byte[], int, byte[]> change) => Rewritten(sequence, at, content =>
    {
        var (reader, changed) = (new AsnReader(content, AsnEncodingRules.DER), new List<byte>());
        for (var index = 0; reader.HasData; index++)
        {
            changed.AddRange(change(reader.ReadEncodedValue().ToArray(), index));
        }

        return [.. changed];
    });

    /// <summary>A sequence whose element at this place has other content.</summary>
    private static byte[] Rewritten(byte[] sequence, int at, Func<byte[], byte[]> change) => SealForms.Sequence(outer =>
    {
        var elements = new AsnReader(sequence, AsnEncodingRules.DER).ReadSequence();
        for (var index = 0; elements.HasData; index++)
        {
            var element = elements.ReadEncodedValue();
            if (index != at)
            {
                outer.WriteEncodedValue(element.Span);
                continue;
            }

            var tag = Asn1Tag.Decode(element.Span, out _);
            using (outer.PushSequence(tag))
            {
                var content = new AsnReader(change(new AsnReader(element, AsnEncodingRules.DER).PeekContentBytes().ToArray()), AsnEncodingRules.DER);
                while (content.HasData)
                {
                    outer.WriteEncodedValue(content.ReadEncodedValue().Span);
                }
            }
        }
    });

    private static byte[] Extension(bool isCritical) => SealForms.Sequence(list => list.WriteEncodedValue(SealForms.Sequence(extension =>
    {
        extension.WriteObjectIdentifier("1.2.3.4");
        extension.WriteBoolean(isCritical);
        extension.WriteOctetString([1]);
    })));

    private static IEnumerable<(string Code, Indication Indication, SubIndication Sub)> Told(SignatureVerdict verdict) =>
        verdict.Findings.Select(finding => (finding.Code, finding.Indication, finding.SubIndication));
}
