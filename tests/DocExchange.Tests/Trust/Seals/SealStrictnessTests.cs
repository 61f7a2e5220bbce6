using System.Formats.Asn1;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Seals;

/// <summary>Seals that must not pass in silence: impossible times, unproven ones, parts nobody signed or understands.</summary>
public sealed class SealStrictnessTests
{
    private static readonly DateTimeOffset Now = SealWorld.Sealed.AddDays(1);

    private SealWorld world = null!;
    private SealValidator validator = null!;

    [OneTimeSetUp]
    public void CreateWorld()
    {
        world = new SealWorld();
        validator = new SealValidator(world.Trust);
    }

    [OneTimeTearDown]
    public void DisposeWorld() => world.Dispose();

    [TestCase(61, true)]
    [TestCase(60, false)]
    public async Task Leaves_open_a_seal_that_was_made_after_the_time_it_says_it_was_applied(int minutes, bool isFound)
    {
        var definition = world.Definition() with { CreatedAt = SealWorld.Sealed.AddMinutes(minutes) };
        var seal = await SealForms.SignedAsync(SealForms.Info(4, definition), world.Maker);

        var verdict = Judge(await AppliedAsync(seal));

        Assert.That(Told(verdict), isFound ? Is.EqualTo(new[] { ("SEAL_TIME_BEFORE_MADE", Indication.Indeterminate, SubIndication.TimestampOrderFailure) }) : Is.Empty);
    }

    [Test]
    public async Task Warns_that_a_time_before_the_end_of_an_expired_seal_is_the_signers_word_unless_a_time_stamp_proves_it()
    {
        using var authority = world.Key("时间戳服务", CertificateProfile.TimeStamping, SealWorld.Made, SealWorld.Until.AddYears(5));
        var seal = await SealForms.SignedAsync(SealForms.Info(5, world.Definition()), world.Maker);
        var toSign = SealForms.ToSign(5, seal, SealWorld.Sealed, SealWorld.Content, SealWorld.Property);
        Task<byte[]> StampAsync(byte[] value, DateTimeOffset at) => TokenWriter.WriteAsync(
            new TimestampInfo
            {
                Version = 1,
                Policy = "1.2.3.4",
                Imprint = MessageImprint.Of(DigestAlgorithm.Sm3, DigestAlgorithms.Hash(DigestAlgorithm.Sm3, value)),
                SerialNumber = 1,
                GenTime = at,
                Accuracy = TimeSpan.FromSeconds(1),
            },
            authority, true, CancellationToken.None);
        var later = SealWorld.Until.AddYears(2);

        var bare = Judge(await SealForms.SignedAsync(toSign, world.Holder), later);
        var inTime = Judge(await SealForms.SignedAsync(toSign, world.Holder, stamp: value => StampAsync(value, SealWorld.Sealed)), later);
        var since = Judge(await SealForms.SignedAsync(toSign, world.Holder, stamp: value => StampAsync(value, SealWorld.Until.AddDays(1))), later);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Told(bare), Is.EqualTo(new[] { ("SEAL_EXPIRED_SINCE_UNPROVEN", Indication.TotalPassed, SubIndication.None) }));
            Assert.That(bare.Findings[0].Chinese, Does.Contain("未经证明").And.Not.Contain("不影响本签章"));
            Assert.That(inTime.Findings.Select(finding => finding.Code), Does.Contain("SEAL_EXPIRED_SINCE").And.Not.Contain("SEAL_EXPIRED_SINCE_UNPROVEN"));
            Assert.That(since.Findings.Select(finding => finding.Code), Does.Contain("SEAL_EXPIRED_SINCE_UNPROVEN").And.Not.Contain("SEAL_EXPIRED_SINCE"));
        }
    }

    [Test]
    public async Task Fails_a_part_behind_the_signature_value_of_seal_or_signature()
    {
        var seal = await SealForms.SignedAsync(SealForms.Info(4, world.Definition()), world.Maker);
        var tailed = Extended(seal);
        var first = await SealForms.FirstSealAsync(SealForms.Info(1, world.Definition()), world.Maker);
        var expected = new[] { ("SEAL_UNSIGNED_PART", Indication.TotalFailed, SubIndication.FormatFailure) };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Told(Judge(Extended(await AppliedAsync(seal)))), Is.EqualTo(expected));
            Assert.That(Told(Judge(await AppliedAsync(tailed))), Is.EqualTo(expected));
            Assert.That(Told(validator.ValidateSeal(Seal.ParseForeign(tailed), Now)), Is.EqualTo(expected));
            Assert.That(Told(validator.ValidateSeal(Seal.ParseForeign(Extended(first)), Now)), Is.EqualTo(expected));
            Assert.That(() => Seal.Parse(tailed), Throws.InstanceOf<SealFormatException>());
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Leaves_open_a_critical_extension_in_seal_or_signature(bool isCritical)
    {
        var expected = isCritical ? new[] { ("SEAL_CRITICAL_EXTENSION", Indication.Indeterminate, SubIndication.SigConstraintsFailure) } : [];
        var plain = await SealForms.SignedAsync(SealForms.Info(4, world.Definition()), world.Maker);
        var extended = await SealForms.SignedAsync(SealForms.Info(4, world.Definition(), info => info.WriteEncodedValue(SealForms.Sequence(list => WriteExtension(list, isCritical)))), world.Maker);
        Task<byte[]> TaggedAsync(Action<AsnWriter> inside) => AppliedAsync(plain, extensions: tbs =>
        {
            using (tbs.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                inside(tbs);
            }
        });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Told(validator.ValidateSeal(Seal.ParseForeign(extended), Now)), Is.EqualTo(expected));
            Assert.That(Told(Judge(await AppliedAsync(extended))), Is.EqualTo(expected));
            Assert.That(Told(Judge(await TaggedAsync(tbs => tbs.WriteEncodedValue(SealForms.Sequence(list => WriteExtension(list, isCritical)))))), Is.EqualTo(expected));
            Assert.That(Told(Judge(await TaggedAsync(tbs => WriteExtension(tbs, isCritical)))), Is.EqualTo(expected), "the tag in place of the list's own");
            Assert.That(Told(Judge(await AppliedAsync(plain, extensions: tbs => tbs.WriteEncodedValue(List().Span)))), Is.EqualTo(expected), "untagged");
            Assert.That(Told(Judge(await AppliedAsync(plain, extensions: tbs => Tagged(tbs, 4, List())))), Is.EqualTo(expected), "as in a seal");
            var twice = await SealForms.SignedAsync(SealForms.Info(4, world.Definition(), info => Array.ForEach([SealForms.Sequence(list => WriteExtension(list, false)), List()], list => info.WriteEncodedValue(list.Span))), world.Maker);
            Assert.That(Told(validator.ValidateSeal(Seal.ParseForeign(twice), Now)), Is.EqualTo(expected), "a second list");
        }

        ReadOnlyMemory<byte> List() => SealForms.Sequence(list => WriteExtension(list, isCritical));
    }

    [Test]
    public async Task Remarks_upon_signed_elements_that_it_does_not_know()
    {
        var plain = await SealForms.SignedAsync(SealForms.Info(4, world.Definition()), world.Maker);
        var applied = await AppliedAsync(plain, extensions: tbs => tbs.WriteInteger(7));
        Assert.That(Told(Judge(applied)), Is.EqualTo(new[] { ("SEAL_UNKNOWN_PART", Indication.TotalPassed, SubIndication.None) }));
    }

    [Test]
    public async Task Remarks_upon_bytes_beside_certificate_algorithm_and_value_that_nobody_signed()
    {
        var seal = await SealForms.SignedAsync(SealForms.Info(4, world.Definition()), world.Maker);
        var toSign = SealForms.ToSign(4, seal, SealWorld.Sealed, SealWorld.Content, SealWorld.Property);
        var value = await world.Holder.SignAsync(toSign, CancellationToken.None);
        var certificate = world.Holder.Certificate.Der;
        using (Assert.EnterMultipleScope())
        {
            Expect(outer => Write(outer, [.. certificate, .. "evil"u8], null, value, 0), true);
            Expect(outer => Write(outer, certificate, "evil", value, 0), true);
            Expect(outer => Write(outer, certificate, null, [.. value, 4, 1, 7], 0), true);
            Expect(outer => Write(outer, [.. certificate, 0, 0], null, value, 0), false);
            Expect(outer => Write(outer, certificate, "", value, 0), false);
        }

        void Expect(Action<AsnWriter> proof, bool isFound)
        {
            var applied = SealForms.Sequence(outer =>
            {
                outer.WriteEncodedValue(toSign);
                proof(outer);
            });
            Assert.That(Told(Judge(applied)), isFound ? Is.EqualTo(new[] { ("SEAL_SLACK", Indication.TotalPassed, SubIndication.None) }) : Is.Empty);
        }

        // Parameters: null for the identifier alone, "" for NULL.
        static void Write(AsnWriter outer, byte[] certificate, string? parameters, byte[] value, int unused)
        {
            const string Sm2WithSm3 = "1.2.156.10197.1.501";
            outer.WriteOctetString(certificate);
            if (parameters is null)
            {
                outer.WriteObjectIdentifier(Sm2WithSm3);
            }
            else
            {
                using (outer.PushSequence())
                {
                    outer.WriteObjectIdentifier(Sm2WithSm3);
                    if (parameters.Length == 0)
                    {
                        outer.WriteNull();
                    }
                    else
                    {
                        outer.WriteCharacterString(UniversalTagNumber.UTF8String, parameters);
                    }
                }
            }

            outer.WriteBitString(value, unused);
        }
    }

    [TestCase(77, 4)]
    [TestCase(4, 99)]
    [TestCase(0, 4)]
    public async Task Leaves_open_a_version_that_no_standard_has(int ofSeal, int ofSignature)
    {
        var info = SealForms.Info(4, world.Definition());
        var seal = await SealForms.SignedAsync(WithVersion(info, ofSeal), world.Maker);

        var verdict = Judge(await AppliedAsync(seal, ofSignature));

        Assert.That(Told(verdict), Is.EqualTo(new[] { ("SEAL_VERSION_UNKNOWN", Indication.Indeterminate, SubIndication.SigConstraintsFailure) }));
    }

    [Test]
    public async Task Judges_what_can_be_judged_where_the_content_is_missing()
    {
        var seal = await SealForms.SignedAsync(SealForms.Info(4, world.Definition()), world.Maker);
        var toSign = SealForms.ToSign(4, seal, SealWorld.Sealed, SealWorld.Content, SealWorld.Property);

        var good = await WithoutContentAsync(await SealForms.SignedAsync(toSign, world.Holder));
        var forged = await WithoutContentAsync(await SealForms.SignedAsync(toSign, world.Stranger, named: world.Holder.Certificate));
        var stranger = await WithoutContentAsync(await SealForms.SignedAsync(toSign, world.Stranger));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(good.Signatures[0].Signer, Is.EqualTo(world.Holder.Certificate), "not the maker");
            Assert.That(good.Signatures[0].SignedAt, Is.EqualTo(SealWorld.Sealed), "not the day the seal was made");
            Assert.That(good.Signatures[0].Integrity, Is.EqualTo(SignatureIntegrity.Unknown));
            Assert.That(Told(good.Signatures[0]), Is.EqualTo(new[] { ("SEAL_CONTENT_MISSING", Indication.Indeterminate, SubIndication.SignedDataNotFound) }));
            Assert.That((forged.Indication, forged.SubIndication), Is.EqualTo((Indication.TotalFailed, SubIndication.SigCryptoFailure)));
            Assert.That(forged.Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "SEAL_CONTENT_MISSING", "SEAL_SIGNATURE" }));
            Assert.That((stranger.Indication, stranger.SubIndication), Is.EqualTo((Indication.TotalFailed, SubIndication.SigConstraintsFailure)));
            Assert.That(stranger.Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "SEAL_CONTENT_MISSING", "SEAL_SIGNER_NOT_LISTED" }));
        }
    }

    private Task<byte[]> AppliedAsync(byte[] seal, int version = 4, Action<AsnWriter>? extensions = null) =>
        SealForms.SignedAsync(SealForms.ToSign(version, seal, SealWorld.Sealed, SealWorld.Content, SealWorld.Property, extensions), world.Holder);

    private SignatureVerdict Judge(byte[] applied, DateTimeOffset? at = null) => validator.Validate(SealSignature.ParseForeign(applied), SealWorld.Content, SealWorld.Property, at ?? Now);

    private async Task<Verdict> WithoutContentAsync(byte[] applied)
    {
        var demands = new FileDemands(world.Trust, ValidationPolicy.Foreign, PackageLimits.Default, Now);
        return (await FileVerifier.VerifyAsync(new MemoryStream(applied), null, demands, CancellationToken.None)).Verdict;
    }

    private static IEnumerable<(string Code, Indication Indication, SubIndication Sub)> Told(SignatureVerdict verdict) =>
        verdict.Findings.Select(finding => (finding.Code, finding.Indication, finding.SubIndication));

    /// <summary>One more element in the outermost sequence.</summary>
    private static byte[] Extended(byte[] encoded) => SealForms.Sequence(outer =>
    {
        var elements = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
        while (elements.HasData)
        {
            outer.WriteEncodedValue(elements.ReadEncodedValue().Span);
        }

        outer.WriteOctetString("evil"u8);
    });

    private static byte[] WithVersion(byte[] info, int version) => SealForms.Sequence(outer =>
    {
        var elements = new AsnReader(info, AsnEncodingRules.DER).ReadSequence();
        var header = elements.ReadSequence();
        outer.WriteEncodedValue(SealForms.Sequence(changed =>
        {
            changed.WriteEncodedValue(header.ReadEncodedValue().Span);
            header.ReadInteger();
            changed.WriteInteger(version);
            changed.WriteEncodedValue(header.ReadEncodedValue().Span);
        }));
        while (elements.HasData)
        {
            outer.WriteEncodedValue(elements.ReadEncodedValue().Span);
        }
    });

    private static void Tagged(AsnWriter tbs, int number, ReadOnlyMemory<byte> content)
    {
        using (tbs.PushSequence(new Asn1Tag(TagClass.ContextSpecific, number)))
        {
            tbs.WriteEncodedValue(content.Span);
        }
    }

    private static void WriteExtension(AsnWriter list, bool isCritical) => list.WriteEncodedValue(SealForms.Sequence(extension =>
    {
        extension.WriteObjectIdentifier("1.2.3.4");
        extension.WriteBoolean(isCritical);
        extension.WriteOctetString([1]);
    }));
}
