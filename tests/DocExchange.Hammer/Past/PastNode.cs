using System.Security.Cryptography.X509Certificates;
using DocExchange.Core.Offices;
using DocExchange.Node.HubLink;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;

namespace DocExchange.Hammer.Past;

/// <summary>A node that was enrolled and is never started: its keys, and its way to the hub for questions.</summary>
internal sealed class PastNode : IDisposable
{
    private readonly NodeFile file;
    private readonly KeyRing keys;
    private readonly X509Certificate2 tls;

    public PastNode(string folder)
    {
        var data = new DataFolder(folder);
        file = NodeFile.Read(data);
        keys = KeyRing.Open(data, file);
        tls = KeyRing.OpenTls(data);
        Offices = [.. file.Offices.Select(PartyId.Parse)];
    }

    public PartyId Id => file.Id;

    public IReadOnlyList<PartyId> Offices { get; }

    public KeyRing Keys => keys;

    public HubChannel Connect(TimeProvider clock) => HubChannel.Open(file, keys, tls, new HubLinkOptions { CallDeadline = TimeSpan.FromMinutes(2) }, clock);

    public void Dispose()
    {
        keys.Dispose();
        tls.Dispose();
    }
}
