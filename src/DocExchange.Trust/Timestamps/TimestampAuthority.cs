using System.Formats.Asn1;
using System.Numerics;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Timestamps;

/// <summary>
/// Gives each token its serial number. A number is never given twice, also not after a restart, and each is larger than
/// all before it. Safe for concurrent use.
/// </summary>
public interface ITimestampSerials
{
    /// <exception cref="IOException">No number can be reserved: no token is made then.</exception>
    BigInteger Next();
}

/// <summary>
/// A time-stamp authority for sites without one (RFC 3161). Its time is that of the machine it runs on, so its tokens
/// carry a policy of their own, <see cref="TimestampOids.BuiltInPolicy"/>, by which everyone sees what they are worth.
/// Safe for concurrent use.
/// </summary>
public sealed class TimestampAuthority(ISigningKey key, ITimestampSerials serials, TimeProvider clock) : ITimestampSender
{
    /// <summary>What the tokens state: the machine's clock is kept by NTP, which holds it well within.</summary>
    public static readonly TimeSpan Accuracy = TimeSpan.FromSeconds(1);

    public Certificates.Certificate Certificate => key.Certificate;

    public Task<byte[]> SendAsync(ReadOnlyMemory<byte> request, int maxResponse, CancellationToken cancellation) => AnswerAsync(request, cancellation);

    /// <summary>An encoded TimeStampResp to any bytes: a token, or a rejection that says why. Throws nothing for content.</summary>
    public async Task<byte[]> AnswerAsync(ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        TimestampRequest read;
        try
        {
            read = TimestampRequest.Parse(request);
        }
        catch (TimestampFormatException fault)
        {
            return TimestampResponse.Rejected(TimestampFailure.BadDataFormat, fault.English).Encode();
        }

        if (Refuse(read) is { } refusal)
        {
            return refusal.Encode();
        }

        try
        {
            return TimestampResponse.Granted(await IssueAsync(read, cancellation)).Encode();
        }
        catch (IOException)
        {
            return TimestampResponse.Rejected(TimestampFailure.SystemFailure, "No serial number could be reserved.").Encode();
        }
    }

    private TimestampResponse? Refuse(TimestampRequest request)
    {
        var now = clock.GetUtcNow();
        if (request.Version != 1)
        {
            return TimestampResponse.Rejected(TimestampFailure.BadRequest, $"The version {request.Version} is not known.");
        }

        // MD5 and SHA-1 name no bytes for certain any more.
        if (request.Imprint.DigestAlgorithm is not { } algorithm || algorithm is DigestAlgorithm.Md5 or DigestAlgorithm.Sha1)
        {
            return TimestampResponse.Rejected(TimestampFailure.BadAlgorithm, $"The digest algorithm {request.Imprint.Algorithm.Oid} is not stamped here.");
        }

        if (!request.Imprint.HasFittingLength)
        {
            return TimestampResponse.Rejected(TimestampFailure.BadDataFormat, "The digest is not as long as its algorithm makes it.");
        }

        if (request.Policy is { } policy && policy != TimestampOids.BuiltInPolicy)
        {
            return TimestampResponse.Rejected(TimestampFailure.UnacceptedPolicy, $"The policy here is {TimestampOids.BuiltInPolicy}.");
        }

        if (request.CriticalExtensions is [var extension, ..])
        {
            return TimestampResponse.Rejected(TimestampFailure.UnacceptedExtension, $"The extension {extension} is not known.");
        }

        return now < key.Certificate.NotBefore || now > key.Certificate.NotAfter
            ? TimestampResponse.Rejected(TimestampFailure.TimeNotAvailable, "The certificate of this authority is not valid now.")
            : null;
    }

    private Task<byte[]> IssueAsync(TimestampRequest request, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var info = new TimestampInfo
        {
            Version = 1,
            Policy = TimestampOids.BuiltInPolicy,
            Imprint = request.Imprint,
            SerialNumber = serials.Next(),
            GenTime = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond)),
            Accuracy = Accuracy,
            Nonce = request.Nonce,
            AuthorityName = OwnName(),
        };
        return TokenWriter.WriteAsync(info, key, request.WantsCertificate, cancellation);
    }

    private byte[] OwnName()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 4, isConstructed: true)))
        {
            writer.WriteEncodedValue(key.Certificate.Inner.CertificateStructure.Subject.GetEncoded("DER"));
        }

        return writer.Encode();
    }
}
