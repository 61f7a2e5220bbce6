using DocExchange.Tests.Trust.Certificates;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Math;

namespace DocExchange.Tests.Trust.Keys;

/// <summary>Keys and values that somebody else wrote, within the bounds of FIPS 186-4 and beyond.</summary>
internal sealed class DsaVerificationKeyTests
{
    private static readonly byte[] Data = "公文"u8.ToArray();
    private static readonly AlgorithmIdentifier DsaWithSha256 = new(NistObjectIdentifiers.DsaWithSha256);

    private static readonly DsaAuthority Signer = DsaAuthority.Create(new DistinguishedName("Signer", null, null), DsaAuthority.Group2048);

    private static DsaParameter Group => Signer.Group;

    private static IEnumerable<TestCaseData> Values()
    {
        var value = Signer.ValueOver(Data);
        var pair = Asn1Sequence.GetInstance(value);
        var (r, s) = (DerInteger.GetInstance(pair[0]).Value, DerInteger.GetInstance(pair[1]).Value);
        yield return Case("as signed", value, isValid: true);
        yield return Case("r is zero", Of(BigInteger.Zero, s));
        yield return Case("s is zero", Of(r, BigInteger.Zero));
        yield return Case("r is q", Of(Group.Q, s));
        yield return Case("s beyond q", Of(r, s.Add(Group.Q)));
        yield return Case("negative", Of(r.Negate(), s));
        yield return Case("swapped", Of(s, r));
        yield return Case("one number", new DerSequence(new DerInteger(r)).GetDerEncoded());
        yield return Case("something after it", [.. value, 0]);
        yield return Case("empty", []);
        yield return Case("huge", new DerSequence(new DerInteger(BigInteger.One.ShiftLeft(100_000)), new DerInteger(s)).GetDerEncoded());

        static byte[] Of(BigInteger r, BigInteger s) => new DerSequence(new DerInteger(r), new DerInteger(s)).GetDerEncoded();

        static TestCaseData Case(string name, byte[] value, bool isValid = false) => new TestCaseData(value, isValid).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Values))]
    public void Verifies_only_values_in_range(byte[] value, bool isValid)
    {
        var key = DsaVerificationKey.Open(Signer.PublicKey, Group);

        Assert.That(key?.Verify(DsaWithSha256, Data, value), Is.EqualTo(isValid));
    }

    private static IEnumerable<TestCaseData> Groups()
    {
        var (p, q, g) = (Group.P, Group.Q, Group.G);
        yield return Case("q of another size", p, q.ShiftRight(32).SetBit(0), g);
        yield return Case("p of another size", p.ShiftLeft(2048).SetBit(0), q, g);
        yield return Case("p even", p.ClearBit(0), q, g);
        yield return Case("p negative", p.Negate(), q, g);
        yield return Case("q does not divide p - 1", p, q.Add(BigInteger.Two), g);
        yield return Case("g is one", p, q, BigInteger.One);
        yield return Case("g beyond p", p, q, g.Add(p));
        yield return Case("g of another order", p, q, p.Subtract(BigInteger.One));

        static TestCaseData Case(string name, BigInteger p, BigInteger q, BigInteger g) => new TestCaseData(new DsaParameter(p, q, g)).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Groups))]
    public void Opens_no_key_in_what_is_no_group(DsaParameter group) => Assert.That(DsaVerificationKey.Open(Signer.PublicKey, group), Is.Null);

    [Test]
    public void Opens_no_key_that_is_outside_its_group()
    {
        var outside = new[] { BigInteger.Zero, BigInteger.One, Group.P.Subtract(BigInteger.One), Signer.PublicValue.Add(Group.P), Signer.PublicValue.Add(BigInteger.One), Signer.PublicValue.Negate() };

        Assert.Multiple(() =>
        {
            foreach (var y in outside)
            {
                Assert.That(DsaVerificationKey.Open(new SubjectPublicKeyInfo(new AlgorithmIdentifier(X9ObjectIdentifiers.IdDsa, Group), new DerInteger(y)), Group), Is.Null);
            }

            Assert.That(DsaVerificationKey.Open(Signer.PublicKey, new DerOctetString([1])), Is.Null);
        });
    }

    [Test]
    public void Verifies_under_DSA_with_SHA_1_and_SHA_256_alone()
    {
        var key = DsaVerificationKey.Open(Signer.PublicKey, Group)!;
        var value = Signer.ValueOver(Data);

        Assert.Multiple(() =>
        {
            Assert.That(key.Verify(new AlgorithmIdentifier(X9ObjectIdentifiers.IdDsaWithSha1), Data, value), Is.False);
            Assert.That(key.Verify(new AlgorithmIdentifier(NistObjectIdentifiers.DsaWithSha384), Data, value), Is.False);
            Assert.That(key.Verify(new AlgorithmIdentifier(PkcsObjectIdentifiers.Sha256WithRsaEncryption), Data, value), Is.False);
            Assert.That(key.Verify(new AlgorithmIdentifier(NistObjectIdentifiers.DsaWithSha256, DerNull.Instance), Data, value), Is.False);
        });
    }
}
