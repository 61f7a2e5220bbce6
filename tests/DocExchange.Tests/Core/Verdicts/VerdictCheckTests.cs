using DocExchange.Core.Verdicts;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Core.Verdicts;

internal sealed class VerdictCheckTests
{
    [Test]
    public void Of_what_was_declined_no_check_passes()
    {
        var declined = new CmsValidator(TrustStore.Empty, ValidationPolicy.Foreign with { Limits = CmsLimits.Default with { MaxSize = 1 } })
            .Judge(new byte[] { 0x30, 0 }, null, DateTimeOffset.UnixEpoch, CertificateUsage.DocumentSigning).Findings;

        var checks = VerdictCheck.Of(new SignatureVerdict(SignatureKind.Cms, null, null, declined));

        Assert.That(checks.Select(check => (check.Code, check.Result)), Is.EqualTo(new[]
        {
            ("format", CheckResult.Open), ("identification", CheckResult.NotMade), ("context", CheckResult.NotMade), ("cryptography", CheckResult.NotMade),
            ("path", CheckResult.NotMade), ("revocation", CheckResult.NotMade), ("constraints", CheckResult.Open),
        }));
    }
}
