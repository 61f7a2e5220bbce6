using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Timestamps;

namespace DocExchange.Hub.Stamping;

/// <summary>The hub's own time-stamp service, opened when first needed. Whoever runs the hub can set its clock.</summary>
internal sealed class BuiltInAuthority(HubFolder folder, IDisk disk, TimeProvider clock) : ITimestampSender, IDisposable
{
    private const string KeyFile = "tsa.p12";

    private readonly Lock gate = new();
    private ISigningKey? key;
    private TimestampAuthority? authority;

    public async Task<byte[]> SendAsync(ReadOnlyMemory<byte> request, int maxResponse, CancellationToken cancellation)
    {
        try
        {
            return await Authority.AnswerAsync(request, cancellation);
        }
        catch (RefusedException offline)
        {
            throw new IOException(offline.English, offline);
        }
    }

    /// <exception cref="RefusedException">Its key is not in the data folder.</exception>
    public TimestampAuthority Authority
    {
        get
        {
            lock (gate)
            {
                return authority ??= Open();
            }
        }
    }

    public void Dispose() => key?.Dispose();

    private TimestampAuthority Open()
    {
        // Hubs set up by the first version have it beside the authorities.
        var path = new[] { folder.Keys, folder.Authority }.Select(where => Path.Combine(where, KeyFile)).FirstOrDefault(File.Exists)
            ?? throw new RefusedException(
                Refusal.WrongState, $"时间戳密钥 {KeyFile} 不在 {folder.Keys}，也不在 {folder.Authority}。", $"The time-stamp key {KeyFile} is neither in {folder.Keys} nor in {folder.Authority}.");
        key = Pkcs12KeyFile.Read(File.ReadAllBytes(path), HubIdentity.ReadPassword(folder));
        return new TimestampAuthority(key, new SerialFile(folder.TimestampSerial, disk, clock), clock);
    }
}
