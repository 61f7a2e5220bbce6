using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// How many signatures one search may still verify, with what it looks up on the way, and how much work that, its names and its policies may be, so
/// that no set of certificates, lists and answers costs more than any other. What was paid for once is not paid
/// for again, whether or not an earlier judgement had verified it: the verdict does not depend on what is remembered.
/// </summary>
/// <param name="work">In <see cref="VerificationCost"/> and <see cref="RuleCost"/>.</param>
/// <param name="file">What all searches of one file draw on; null where this is the only one.</param>
internal sealed class SignatureBudget(int checks, long work, FileWork? file = null)
{
    // What is paid for is asked again for each set of signers under way: it is looked up, but that is bounded too.
    private const int RepetitionsForCheck = 32;
    private const int ExaminationsForCheck = 1;

    private readonly Dictionary<(Digest Signed, Digest Signer), long> paid = [];
    private readonly HashSet<(Digest Signed, Digest Signer)> uncounted = [];
    private long other;
    private int left = checks;
    private int repetitions = checks * RepetitionsForCheck;
    private int examinations = checks * ExaminationsForCheck;

    public int Spent { get; private set; }

    public long WorkSpent { get; private set; }

    /// <summary>How many times something was left undone for want of budget.</summary>
    public int Refused { get; private set; }

    /// <summary>Something was left undone because of the other searches of the file.</summary>
    public bool IsCut { get; private set; }

    public WorkBill Bill => new(paid, other);

    /// <summary>For a DSA signature, which nothing remembers.</summary>
    public bool TrySpend() => TryCheck(VerificationCost.Dsa, null);

    /// <summary>For a step of a path; a key is verified once, whatever certificates it has.</summary>
    public bool TrySpend(Certificate signed, Certificate signer) => TryCheck(CostOf(signed, signer), (signed.Fingerprint, signer.PublicKeyFingerprint));

    /// <summary>For whoever has the name of the issuer, which anybody may make any number of: work only, until it is found to be a step of a path.</summary>
    public bool TryMatch(Certificate signed, Certificate signer)
    {
        var pair = (signed.Fingerprint, signer.PublicKeyFingerprint);
        if (paid.ContainsKey(pair))
        {
            return true;
        }

        var isPaid = TryWork(CostOf(signed, signer), pair);
        if (isPaid)
        {
            uncounted.Add(pair);
        }

        return isPaid;
    }

    public bool TrySpend(RevocationList signed, Certificate signer) => TryCheck(CostOf(signed, signer), (signed.Fingerprint, signer.Fingerprint));

    public bool TrySpend(OcspResponse signed, Certificate signer) =>
        TryCheck(VerificationCost.Of(signer, signed.SignatureAlgorithm, signed.Der.Length), (signed.Fingerprint, signer.Fingerprint));

    /// <summary>For a list of the certificate's own issuer: work only, since sites keep the lists of many years.</summary>
    public bool TrySpendWork(RevocationList signed, Certificate signer) =>
        TryWork(CostOf(signed, signer), (signed.Fingerprint, signer.Fingerprint));

    /// <summary>For reading the entries of a list.</summary>
    public bool TryRead(RevocationList list) => TryWork(VerificationCost.OfReading(list.Der.Length), (list.Fingerprint, default));

    /// <summary>For what a rule does with each certificate or pair of certificates.</summary>
    /// <param name="cost">In <see cref="RuleCost"/>.</param>
    public bool TrySpendWork(long cost) => TryWork(cost, null);

    /// <summary>For what is known of the signer of a list, for one set of signers under way.</summary>
    public bool TryExamine() => TryTake(ref examinations);

    /// <summary>For what was left undone because of another limit.</summary>
    public void Refuse() => Refused++;

    private static long CostOf(Certificate signed, Certificate signer) =>
        VerificationCost.Of(signer, signed.Inner.CertificateStructure.SignatureAlgorithm, signed.Der.Length);

    private static long CostOf(RevocationList signed, Certificate signer) =>
        VerificationCost.Of(signer, signed.Inner.CertificateList.SignatureAlgorithm, signed.Der.Length);

    private bool TryCheck(long cost, (Digest, Digest)? what)
    {
        if (what is { } known && paid.ContainsKey(known) && !uncounted.Contains(known))
        {
            return TryTake(ref repetitions);
        }

        if (left == 0)
        {
            Refused++;
            return false;
        }

        if (!TryWork(cost, what))
        {
            return false;
        }

        if (what is { } counted)
        {
            uncounted.Remove(counted);
        }

        left--;
        Spent++;
        return true;
    }

    private bool TryTake(ref int some)
    {
        if (some == 0)
        {
            Refused++;
            return false;
        }

        some--;
        return true;
    }

    private bool TryWork(long cost, (Digest, Digest)? what)
    {
        if (what is { } known && paid.ContainsKey(known))
        {
            return true;
        }

        var isBeyond = cost > work - WorkSpent;
        if (isBeyond || file?.TryPay(cost, what) == false)
        {
            IsCut |= !isBeyond;
            Refused++;
            return false;
        }

        WorkSpent += cost;
        if (what is { } done)
        {
            paid.Add(done, cost);
        }
        else
        {
            other += cost;
        }

        return true;
    }
}

/// <summary>
/// What verifying a signature costs, in microseconds of one core of 2020: an estimate from the key and the size of what is
/// signed, never too low by much, and the same on every machine.
/// </summary>
internal static class VerificationCost
{
    public const long Dsa = 2_000;

    private const long BytesPerKiB = 1024;

    // Of an RSA key of 8,192 bits with the largest exponent; what is larger is not verified with.
    private const long LargestRsa = 1_040;

    // What .NET does not verify is calculated by the ASN.1 library.
    private const long UncommonPss = 16;

    /// <param name="algorithm">Of the signature.</param>
    public static long Of(Certificate signer, AlgorithmIdentifier algorithm, int bytes)
    {
        var info = signer.Inner.CertificateStructure.SubjectPublicKeyInfo;
        var (fixedCost, perKiB) = PublicKeys.AlgorithmOf(info) switch
        {
            KeyAlgorithm.Rsa or KeyAlgorithm.RsaPss => (SignatureScheme.OfAnyAge(algorithm, null) is { IsUncommonPss: true } ? UncommonPss * OfRsa(info) : OfRsa(info), 2L),
            KeyAlgorithm.EcdsaP256 => (100L, 2L),
            KeyAlgorithm.EcdsaP384 or KeyAlgorithm.EcdsaP521 => (700L, 2L),
            KeyAlgorithm.Sm2 => (250L, 12L),
            KeyAlgorithm.Ed25519 => (250L, 12L),
            _ => (50L, 0L),
        };
        return fixedCost + (perKiB * bytes / BytesPerKiB);
    }

    public static long OfReading(int bytes) => 15L * bytes / BytesPerKiB;

    // It grows with the square of the modulus, and with the exponent, which is taken for the largest.
    private static long OfRsa(SubjectPublicKeyInfo info)
    {
        var size = Math.Min(info.PublicKey.GetBytesLength(), LargestRsa);
        return size * size / 1_600;
    }
}
