using DocExchange.Trust.Certificates;

namespace DocExchange.Trust.Keys;

/// <summary>A signing key whose secret is held in memory.</summary>
internal sealed class SigningKey(PrivateKey secret, Certificate certificate, IReadOnlyList<Certificate> chain) : ISigningKey
{
    public KeyAlgorithm Algorithm => secret.Algorithm;

    public Certificate Certificate { get; } = certificate;

    public IReadOnlyList<Certificate> Chain { get; } = chain;

    public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(secret.Sign(data.Span));
    }

    public void Dispose() => secret.Dispose();
}
