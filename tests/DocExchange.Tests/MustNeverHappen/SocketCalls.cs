using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Protocol;
using DocExchange.Tests.Cli;
using DocExchange.Tests.Pages;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Tests.MustNeverHappen;

/// <summary>Every call at a node's socket that takes an account, made with as little as names an office, whatever its kind.</summary>
internal static class SocketCalls
{
    private static readonly string[] Reasons = ["Sign in with an account", "This is for the role"];

    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(bytes => bytes, bytes => bytes);

    /// <summary>Who may make which; whoever adds a call says it here.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Allowed = new Dictionary<string, string[]>
    {
        ["Drafting/ListDrafts"] = [Roles.Dispatcher],
        ["Drafting/ShowDraft"] = [Roles.Dispatcher],
        ["Drafting/OpenDraft"] = [Roles.Dispatcher],
        ["Drafting/ReviseDocument"] = [Roles.Dispatcher],
        ["Drafting/ChangeDraft"] = [Roles.Dispatcher],
        ["Drafting/AddDraftFile"] = [Roles.Dispatcher],
        ["Drafting/RemoveDraftFile"] = [Roles.Dispatcher],
        ["Drafting/FreezeDraft"] = [Roles.Dispatcher],
        ["Drafting/TakeBackDraft"] = [Roles.Dispatcher],
        ["Drafting/DiscardDraft"] = [Roles.Dispatcher],
        ["Drafting/SaveDraftPart"] = [Roles.Dispatcher],
        ["Drafting/TakeInPackage"] = [Roles.Dispatcher],
        ["Drafting/SendDraft"] = [Roles.Dispatcher],
        ["Drafting/GetNumberSeries"] = [Roles.Dispatcher],
        ["SealQueue/ListWaiting"] = [Roles.SealKeeper],
        ["SealQueue/ShowWaiting"] = [Roles.SealKeeper],
        ["SealQueue/SaveWaitingPart"] = [Roles.SealKeeper],
        ["SealQueue/ApproveSealing"] = [Roles.SealKeeper],
        ["SealQueue/RefuseSealing"] = [Roles.SealKeeper],
        ["SealQueue/TakeForeignPackage"] = [Roles.SealKeeper],
        ["SealQueue/CloseForeignPackage"] = [Roles.SealKeeper],
        ["SealQueue/ListSealUses"] = [Roles.SealKeeper, Roles.Supervisor],
        ["Registers/SaveSentRegister"] = [Roles.Dispatcher, Roles.Supervisor, Roles.Reader, Roles.Archivist],
        ["Registers/SaveReceivedRegister"] = [Roles.Clerk, Roles.Reader, Roles.Archivist],
        ["Registers/SaveSealRegister"] = [Roles.SealKeeper, Roles.Supervisor],
        ["Registers/SaveBoard"] = [Roles.Dispatcher, Roles.Supervisor, Roles.Reader, Roles.Archivist],
        ["Reception/PreviewBody"] = [Roles.Clerk, Roles.Reader],
        ["Reception/SaveSheets"] = [Roles.Clerk, Roles.Reader],
        ["Reception/SaveReport"] = [Roles.Clerk, Roles.Reader],
        ["Reception/SuggestRegisterNumber"] = [Roles.Clerk],
        ["Reception/ChooseNumberForm"] = [Roles.Clerk],
        ["Registers/RecordSentArchiveNumber"] = [Roles.Archivist, Roles.Dispatcher],
        ["Registers/RecordReceivedArchiveNumber"] = [Roles.Archivist, Roles.Clerk],
        ["Reception/AcknowledgeUrgent"] = [Roles.Clerk],
        ["Staff/ListStaff"] = [Roles.OfficeAdministrator, Roles.System],
        ["Staff/OpenAccount"] = [Roles.OfficeAdministrator, Roles.System],
        ["Staff/GrantRoles"] = [Roles.OfficeAdministrator, Roles.System],
        ["Staff/Delegate"] = [Roles.OfficeAdministrator],
        ["Staff/EndDelegation"] = [Roles.OfficeAdministrator],
        ["Staff/ResetPassword"] = [Roles.OfficeAdministrator, Roles.System],
        ["Staff/UnbindCertificate"] = [Roles.OfficeAdministrator, Roles.System],
        ["Staff/EndAccount"] = [Roles.OfficeAdministrator, Roles.System],
        ["Staff/ListHandover"] = [Roles.OfficeAdministrator],
        ["Staff/ChangePassword"] = [.. Roles.All],
        ["Staff/ListTokens"] = [Roles.OfficeAdministrator],
        ["Staff/MakeToken"] = [Roles.OfficeAdministrator],
        ["Staff/EndToken"] = [Roles.OfficeAdministrator],
    };

    /// <summary>All calls of all services at the socket but those that take no account: the desk's own, and auditors'.</summary>
    public static IReadOnlyList<MethodDescriptor> All { get; } =
    [
        .. typeof(Local.Desk).Assembly.GetTypes()
            .Where(type => type is { Namespace: "DocExchange.Protocol.Local.V1", IsAbstract: true, IsSealed: true })
            .Select(type => type.GetProperty("Descriptor")?.GetValue(null))
            .OfType<ServiceDescriptor>()
            .Where(service => service.Name is not ("Desk" or "Audit"))
            .SelectMany(service => service.Methods),
    ];

    public static string NameOf(MethodDescriptor call) => $"{call.Service.Name}/{call.Name}";

    /// <summary>Whether the caller was turned away, for want of an account or a role; what else is refused came after that.</summary>
    /// <param name="account">Null: nobody signs in.</param>
    public static async Task<bool> IsTurnedAwayAsync(CallInvoker node, MethodDescriptor call, string? account, string office)
    {
        var options = new CallOptions(account is null ? [] : DeskAccountVerbs.Basic(account, TestDesk.Password));
        var request = Request(call.InputType, office).ToByteArray();
        try
        {
            await MakeAsync(node, call, options, request);
            return false;
        }
        catch (RpcException failure)
        {
            return failure.ToRefusal() is { Refusal: Refusal.PermissionDenied } refused && Reasons.Any(reason => refused.English.StartsWith(reason, StringComparison.Ordinal));
        }
    }

    private static async Task MakeAsync(CallInvoker node, MethodDescriptor call, CallOptions options, byte[] request)
    {
        var method = new Method<byte[], byte[]>(MethodType.Unary, call.Service.FullName, call.Name, Raw, Raw);
        switch (call.IsClientStreaming, call.IsServerStreaming)
        {
            case (false, false):
                using (var unary = node.AsyncUnaryCall(method, null, options, request))
                {
                    await unary;
                }

                break;
            case (false, true):
                using (var given = node.AsyncServerStreamingCall(new Method<byte[], byte[]>(MethodType.ServerStreaming, method.ServiceName, method.Name, Raw, Raw), null, options, request))
                {
                    await given.ResponseStream.MoveNext(CancellationToken.None);
                }

                break;
            default:
                using (var taken = node.AsyncClientStreamingCall(new Method<byte[], byte[]>(MethodType.ClientStreaming, method.ServiceName, method.Name, Raw, Raw), null, options))
                {
                    byte[][] pieces = [request];
                    await taken.SendAsync(pieces.ToAsyncEnumerable(), CancellationToken.None);
                }

                break;
        }
    }

    /// <summary>Whether it names an office; otherwise it is about the account alone.</summary>
    public static bool IsOfOffice(MethodDescriptor call) => call.InputType.FindFieldByName("office") is not null || call.IsClientStreaming;

    // The office where the message has one, or the message in it that does.
    private static IMessage Request(MessageDescriptor type, string office)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        if (type.FindFieldByName("office") is { } field)
        {
            field.Accessor.SetValue(message, office);
            type.FindFieldByName("file")?.Accessor.SetValue(message, new Local.FileName { Name = "a.pdf", Size = 1 });
            type.FindFieldByName("fields")?.Accessor.SetValue(message, new Local.Draft());
        }
        else if (type.Fields.InDeclarationOrder().FirstOrDefault(each => each is { FieldType: FieldType.Message, IsRepeated: false }) is { } inner)
        {
            inner.Accessor.SetValue(message, Request(inner.MessageType, office));
        }

        return message;
    }
}
