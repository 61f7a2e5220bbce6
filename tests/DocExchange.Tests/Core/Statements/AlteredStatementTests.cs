using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Tests.Core.Offices;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Core.Statements;

public sealed class AlteredStatementTests
{
    [TestCase(KeyAlgorithm.EcdsaP256)]
    [TestCase(KeyAlgorithm.Sm2)]
    public async Task Every_flipped_bit_of_a_receipt_is_refused_or_judged_false(KeyAlgorithm algorithm)
    {
        using var office = new SigningOffice();
        using var key = office.Certify(algorithm, "东城区人民政府");
        var statement = SampleStatements.Of(StatementType.SignedFor);
        var bound = new BoundCertificate(CertificateUse.Document, key.Certificate, new Period(DateTimeOffset.UnixEpoch));
        var directory = SampleDirectory.Small.Next(
            SampleDirectory.Time, [.. SampleDirectory.Small.Offices.Select(each => each.Id == statement.Issuer ? each with { Certificates = [bound] } : each)]);
        var judge = new StatementJudge(office.Store with { Intermediates = [office.Authority.Certificate, office.GmAuthority.Certificate] });
        var cms = (await SignedStatement.SignAsync(statement, key, CancellationToken.None)).Cms.ToArray();
        Assert.That(Judge(cms)?.Faults, Is.Empty);

        var unnoticed = new List<int>();
        for (var bit = 0; bit < cms.Length * 8; bit++)
        {
            cms[bit / 8] ^= (byte)(1 << (bit % 8));
            if (Judge(cms)?.Indication == Indication.TotalPassed)
            {
                unnoticed.Add(bit);
            }

            cms[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.That(unnoticed, Is.Empty);

        Verdict? Judge(byte[] bytes)
        {
            try
            {
                return judge.Judge(SignedStatement.Parse(bytes, _ => null), directory, SampleStatements.Time.AddMinutes(1));
            }
            catch (FormatException)
            {
                return null;
            }
        }
    }
}
