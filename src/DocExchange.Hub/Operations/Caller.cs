using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using Grpc.Core;

namespace DocExchange.Hub.Operations;

/// <summary>The node that calls, as its TLS certificate and the directory tell.</summary>
internal static class Caller
{
    private static readonly object Key = new();

    public static void Remember(ServerCallContext context, PartyId node) => context.UserState[Key] = node;

    /// <exception cref="RefusedException">The call did not come from a node.</exception>
    public static PartyId NodeOf(ServerCallContext context) => context.UserState.TryGetValue(Key, out var node)
        ? (PartyId)node
        : throw new RefusedException(Refusal.PermissionDenied, "此调用须由已登记的节点发起。", "Only an enrolled node may make this call.");
}
