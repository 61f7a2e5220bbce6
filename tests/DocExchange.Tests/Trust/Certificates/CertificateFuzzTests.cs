using CsCheck;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>Altered certificates, lists and answers give a verdict or a FormatException, and never a better verdict.</summary>
internal sealed class CertificateFuzzTests
{
    private SamplePki pki = null!;
    private OcspResponse answer = null!;

    private static Gen<(int At, byte Value, int Kind)[]> Alterations => Gen.Select(Gen.Int[0, 4000], Gen.Byte, Gen.Int[0, 2]).Array[1, 4];

    [OneTimeSetUp]
    public void Issue()
    {
        pki = new SamplePki(Suite.Intl);
        var status = OcspAnswers.RevokedAt(SamplePki.Noon.AddDays(-1));
        using var key = KeyPair.Generate(Suite.Intl);
        answer = OcspAnswers.Make(key, pki.Authority.Certificate, pki.Office, pki.Authority.Certificate, status, SamplePki.Noon.AddHours(-1), SamplePki.Noon.AddHours(1));
    }

    [OneTimeTearDown]
    public void Dispose() => pki.Dispose();

    [Test]
    public void Never_passes_an_altered_certificate() => Alterations.Sample(
        alterations =>
        {
            var altered = Alter(pki.Office.Der, alterations);
            return altered.AsSpan().SequenceEqual(pki.Office.Der) || Parsed(() => Certificate.Parse(altered)) is not { } leaf || !Passes(leaf, pki.Store);
        },
        iter: 3000);

    [Test]
    public void Never_relies_on_an_altered_authority() => Alterations.Sample(
        alterations =>
        {
            var altered = Alter(pki.Authority.Certificate.Der, alterations);
            return altered.AsSpan().SequenceEqual(pki.Authority.Certificate.Der) || Parsed(() => Certificate.Parse(altered)) is not { } authority
                || !Passes(pki.Office, pki.Store with { Intermediates = [authority] });
        },
        iter: 2000);

    [Test]
    public void Never_relies_on_an_altered_list()
    {
        var list = SamplePki.ListOf(pki.Authority, new RevokedCertificate("77", SamplePki.Noon.AddDays(-9), RevocationReason.KeyCompromise));
        Alterations.Sample(
            alterations =>
            {
                var altered = Alter(list.Der, alterations);
                return altered.AsSpan().SequenceEqual(list.Der) || Parsed(() => RevocationList.Parse(altered)) is not { } parsed
                    || !Passes(pki.Office, pki.Store with { RevocationLists = [pki.RootList, parsed] });
            },
            iter: 2000);
    }

    [Test]
    public void Never_relies_on_an_altered_answer() => Alterations.Sample(
        alterations => Parsed(() => OcspResponse.Parse(Alter(answer.Der, alterations))) is not { } parsed
            || !Passes(pki.Office, pki.Store with { RevocationLists = [pki.RootList], OcspResponses = [parsed] }),
        iter: 2000);

    private static bool Passes(Certificate leaf, TrustStore store) =>
        CertificateCheck.Judge(leaf, store, SamplePki.Noon, CertificateUsage.DocumentSigning, CertificateCheck.Strict).Indication == Indication.TotalPassed;

    private static T? Parsed<T>(Func<T> parse)
        where T : class
    {
        try
        {
            return parse();
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static byte[] Alter(byte[] bytes, (int At, byte Value, int Kind)[] alterations)
    {
        var altered = bytes.ToList();
        foreach (var (at, value, kind) in alterations)
        {
            var index = at % altered.Count;
            switch (kind)
            {
                case 0:
                    altered[index] = value;
                    break;
                case 1:
                    altered.Insert(index, value);
                    break;
                default:
                    altered.RemoveAt(index);
                    break;
            }
        }

        return [.. altered];
    }
}
