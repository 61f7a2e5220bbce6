using System.Formats.Asn1;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Timestamps;

/// <summary>
/// The time-stamps of a CMS signature (ETSI EN 319 122-1 §5): over its content, over its value, and over everything for
/// the archive. Judged from the newest to the oldest, because each good one proves that what it covers existed by then,
/// older time-stamps among it (ETSI EN 319 102-1 §5.6.2).
/// </summary>
internal sealed class StampedSignatures : ISignatureTimestamps
{
    public static readonly StampedSignatures Instance = new();

    public IReadOnlyList<IReadOnlyList<TimestampFacts>> Gather(CmsSignedData signed, ContentDigests? content, CmsLimits limits)
    {
        var found = signed.Signers.Select(Find).ToList();
        if (found.TrueForAll(each => each.Count == 0))
        {
            return [.. found.Select(_ => Array.Empty<TimestampFacts>())];
        }

        var over = signed.Content is { } inside ? ContentDigests.Of(inside) : content;
        var parts = new Lazy<IndexedParts>(() => new IndexedParts(SignedDataPieces.Of(signed), limits));
        var budget = limits.MaxTimestamps;
        var facts = new List<IReadOnlyList<TimestampFacts>>();
        for (var i = 0; i < found.Count; i++)
        {
            var measured = found[i].Take(budget).ToList();
            budget -= measured.Count;
            facts.Add(
            [
                .. measured.Select(each => Measure(each, signed.Signers[i], over, (parts, i), measured)),
                .. found[i].Skip(measured.Count).Select(each => new TimestampFacts(each.Oid, each.Token, null)),
            ]);
        }

        return facts;
    }

    /// <summary>An archive time-stamp upon a counter-signature is not measured, and proves nothing.</summary>
    public IReadOnlyList<TimestampFacts> Gather(CmsSignerInfo counter, ReadOnlyMemory<byte> countersigned, int budget) =>
    [
        .. Find(counter).Select((found, i) => new TimestampFacts(
            found.Oid, found.Token, i >= budget || found.Oid == TimestampOids.ArchiveTimestampV3 || TimestampToken.TryParse(found.Token) is not { } token
                ? null
                : TimestampValidator.IsOver(token.Info.Imprint, ContentDigests.Of(found.Oid == TimestampOids.ContentTimestamp ? countersigned : counter.Signature)))),
    ];

    public IReadOnlyList<JudgedTimestamp> Judge(SignerFacts signer, TimestampDemands demands)
    {
        if (signer.Timestamps.Count == 0 || demands.Budget <= 0)
        {
            return [];
        }

        var store = demands.Store with { Intermediates = [.. demands.Store.Intermediates, .. demands.Certificates] };
        var policy = TimestampPolicy.Of(demands.Policy);
        return new Round([.. signer.Timestamps.Take(demands.Budget)], new TimestampValidator(store, policy, demands.Work), policy, demands.At, demands.ProvenAt).Judge();
    }

    internal static List<Found> Find(CmsSignerInfo signer)
    {
        var content = signer.SignedAttributes?.All.Where(attribute => attribute.Oid == TimestampOids.ContentTimestamp) ?? [];
        var others = signer.UnsignedAttributes?.All.Where(attribute => attribute.Oid is TimestampOids.SignatureTimestamp or TimestampOids.ArchiveTimestampV3) ?? [];
        return [.. from attribute in content.Concat(others) from value in attribute.Values select Found.Of(attribute, value)];
    }

    private static IReadOnlyList<Found> Of(CmsSignerInfo signer, string oid) =>
        [.. from attribute in signer.UnsignedAttributes?.All ?? [] where attribute.Oid == oid from value in attribute.Values select Found.Of(attribute, value)];

    private static TimestampFacts Measure(
        Found found, CmsSignerInfo signer, ContentDigests? content, (Lazy<IndexedParts> All, int Signer) parts, IReadOnlyList<Found> timestamps)
    {
        if (TimestampToken.TryParse(found.Token) is not { } token)
        {
            // Judging it finds what is wrong, and reports it.
            return new TimestampFacts(found.Oid, found.Token, null);
        }

        var imprint = token.Info.Imprint;
        switch (found.Oid)
        {
            case TimestampOids.ContentTimestamp:
                return new TimestampFacts(found.Oid, found.Token, content is null ? null : TimestampValidator.IsOver(imprint, content));
            case TimestampOids.SignatureTimestamp:
                return new TimestampFacts(found.Oid, found.Token, TimestampValidator.IsOver(imprint, ContentDigests.Of(signer.Signature)));
            default:
                var index = ArchiveTimestamp.IndexIn(token);
                var digest = imprint.DigestAlgorithm is { } algorithm ? content?.Get(algorithm) : null;
                var covered = index is null || digest is null ? null : ArchiveTimestamp.Covered(parts.All.Value.Pieces, parts.All.Value.Pieces.Signers[parts.Signer], digest, index.Value.Span);
                return new TimestampFacts(found.Oid, found.Token, covered is null ? null : TimestampValidator.IsOver(imprint, ContentDigests.Of(covered)))
                {
                    HashIndex = ArchiveTimestamp.Measure(parts.All.Value, parts.Signer, index, timestamps, Of(signer, Oids.CounterSignature), Of(signer, Oids.RevocationValues)),
                };
        }
    }

    /// <param name="TypeAndValue">attrType ‖ attrValue, as a hash index of the third form names it.</param>
    /// <param name="Attribute">With all its values, as older forms name it.</param>
    internal sealed record Found(string Oid, ReadOnlyMemory<byte> Token, byte[] TypeAndValue, ReadOnlyMemory<byte> Attribute)
    {
        public static Found Of(CmsAttribute attribute, ReadOnlyMemory<byte> value)
        {
            var type = new AsnReader(attribute.Encoded, AsnEncodingRules.BER).ReadSequence().ReadEncodedValue();
            return new Found(attribute.Oid, value, [.. type.Span, .. value.Span], attribute.Encoded);
        }
    }

    /// <summary>One judgement of the time-stamps of one signer.</summary>
    private sealed class Round(IReadOnlyList<TimestampFacts> facts, TimestampValidator validator, TimestampPolicy policy, DateTimeOffset at, DateTimeOffset? provenAt)
    {
        private readonly TimestampToken?[] tokens = [.. facts.Select(fact => TimestampToken.TryParse(fact.Token, policy.Limits))];
        private readonly DateTimeOffset[] known = [.. facts.Select(_ => at)];
        private readonly JudgedTimestamp[] judged = new JudgedTimestamp[facts.Count];

        public IReadOnlyList<JudgedTimestamp> Judge()
        {
            // One that came after the proof was not there to be proven.
            foreach (var i in Enumerable.Range(0, facts.Count).Where(i => tokens[i]?.Info.Earliest - policy.MaxAhead <= provenAt))
            {
                known[i] = Earlier(at, provenAt!.Value);
            }

            foreach (var i in Enumerable.Range(0, facts.Count).OrderBy(Order).ThenByDescending(i => tokens[i]?.Info.GenTime))
            {
                judged[i] = tokens[i] is { } token ? Judge(i, token) : Unreadable(i);
            }

            return judged;
        }

        /// <summary>Archive time-stamps first, since they prove the age of the others.</summary>
        private int Order(int i) => facts[i].Attribute == TimestampOids.ArchiveTimestampV3 ? 0 : 1;

        private JudgedTimestamp Judge(int i, TimestampToken token)
        {
            var verdict = validator.Judge(token, facts[i].CoversItsObject, known[i]);
            List<Finding> findings = [.. verdict.Signature.Findings, .. IndexFindings(i, token), .. OrderFindings(i, token)];
            var signature = verdict.Signature with { Findings = findings };
            if (signature.Indication != Indication.TotalPassed)
            {
                return new JudgedTimestamp(signature, null);
            }

            foreach (var covered in CoveredBy(i))
            {
                known[covered] = Earlier(known[covered], token.Info.Latest);
            }

            // One over the content is among what was signed: the signature came after it, and it says nothing of when.
            return facts[i].Attribute == TimestampOids.ContentTimestamp
                ? new JudgedTimestamp(signature, null) { SignedAfter = token.Info.Earliest }
                : new JudgedTimestamp(signature, verdict.Proof);
        }

        // Facts may come from a file that somebody wrote.
        private IEnumerable<int> CoveredBy(int i) => facts[i].HashIndex?.Timestamps.Where(place => place >= 0 && place < facts.Count && place != i) ?? [];

        private JudgedTimestamp Unreadable(int i) => new(validator.Judge(facts[i].Token, ContentDigests.Of(ReadOnlyMemory<byte>.Empty), at).Signature, null);

        private IEnumerable<Finding> IndexFindings(int i, TimestampToken token)
        {
            if (facts[i].HashIndex is not { } index)
            {
                yield break;
            }

            if (!index.IsReadable)
            {
                yield return TimestampFindings.HashIndexMissing;
            }

            if (index.UnknownAlgorithm is { } unknown)
            {
                yield return TimestampFindings.HashIndexAlgorithm(unknown);
            }

            // What is named by a digest that can be made up is not protected by it.
            if (index.Algorithm is { } algorithm && algorithm != token.Info.Imprint.DigestAlgorithm
                && policy.Algorithms.Ends.TryGetValue(CmsAlgorithms.NameOf(algorithm), out var end) && end <= known[i])
            {
                yield return TimestampFindings.AlgorithmExpired(CmsAlgorithms.NameOf(algorithm), end.Value);
            }

            foreach (var missing in index.Missing)
            {
                yield return TimestampFindings.HashIndexEntry(missing);
            }

            if (index.NotCovered > 0)
            {
                yield return TimestampFindings.NotIndexed(index.NotCovered);
            }

            if (CoveredBy(i).Any(covered => tokens[covered] is { } older && token.Info.Latest < older.Info.Earliest && !IsAnybodys(covered, older)))
            {
                yield return TimestampFindings.BeforeItsObject;
            }
        }

        private IEnumerable<Finding> OrderFindings(int i, TimestampToken token)
        {
            // Archive time-stamps are over the signature too.
            var isOverSignature = facts[i].Attribute != TimestampOids.ContentTimestamp;
            if (isOverSignature && facts.Index().Any(other => other.Item.Attribute == TimestampOids.ContentTimestamp && tokens[other.Index] is { } content && token.Info.Latest < content.Info.Earliest))
            {
                yield return TimestampFindings.BeforeContent;
            }
        }

        /// <summary>Not of an authority that is trusted, or not over what it stands at: whoever had the file may have put it there, with any time.</summary>
        private bool IsAnybodys(int i, TimestampToken token) => validator.Judge(token, facts[i].CoversItsObject, token.Info.Latest).Signature is var verdict
            && (verdict.Indication == Indication.TotalFailed || verdict.Findings.Any(finding => finding.SubIndication == SubIndication.NoCertificateChainFound));

        private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
    }
}
