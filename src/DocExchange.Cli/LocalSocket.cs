using System.Net.Sockets;
using System.Text;
using DocExchange.Core.Operating;
using Grpc.Net.Client;

namespace DocExchange.Cli;

/// <summary>A running hub or node, reached over the Unix socket in its data folder; the socket's file mode protects it.</summary>
internal sealed class LocalSocket : IDisposable
{
    public const string HubVariable = "DOCEX_HUB";
    public const string NodeVariable = "DOCEX_NODE";

    /// <summary>What an operating system takes as a socket's path (sun_path), without the closing zero.</summary>
    public const int MaxPathBytes = 107;

    private const int MaxMessage = 64 * 1024 * 1024;

    private LocalSocket(GrpcChannel channel, string path)
    {
        Channel = channel;
        Path = path;
    }

    public GrpcChannel Channel { get; }

    public string Path { get; }

    /// <param name="data">The hub's data folder; null: the environment variable DOCEX_HUB.</param>
    public static LocalSocket ToHub(string? data) => Open(FolderOf(data, "--hub", HubVariable), "hub", "中心", "hub");

    /// <param name="data">The node's data folder; null: the environment variable DOCEX_NODE.</param>
    public static LocalSocket ToNode(string? data) => Open(FolderOf(data, "--node", NodeVariable), "node", "节点", "node");

    /// <summary>Whether a hub or a node takes connections at the socket in its data folder.</summary>
    public static bool Answers(string folder, string kind)
    {
        var path = SocketIn(folder, kind);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException nobody) when (nobody.SocketErrorCode != SocketError.AccessDenied)
        {
            return false;
        }
    }

    public static void CheckLength(string path)
    {
        if (Encoding.UTF8.GetByteCount(path) > MaxPathBytes)
        {
            throw new UsageException(
                $"套接字路径“{path}”超过 {MaxPathBytes} 字节，请换用较短的目录。",
                $"The socket path '{path}' has more than {MaxPathBytes} bytes; choose a shorter folder.");
        }
    }

    public void Dispose() => Channel.Dispose();

    public static string FolderOf(string? data, string option, string variable) =>
        data ?? Environment.GetEnvironmentVariable(variable)
        ?? throw new UsageException($"请用 {option} 或环境变量 {variable} 指明数据目录。", $"Name the data folder with {option} or the environment variable {variable}.");

    private static LocalSocket Open(string folder, string kind, string chinese, string english)
    {
        var path = SocketIn(folder, kind);
        if (!File.Exists(path))
        {
            throw NotRunning(path, folder, kind, chinese, english);
        }

        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch (SocketException)
                {
                    socket.Dispose();
                    throw NotRunning(path, folder, kind, chinese, english);
                }
            },
        };
        var options = new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = MaxMessage, ThrowOperationCanceledOnCancellation = true };
        return new LocalSocket(GrpcChannel.ForAddress("http://localhost", options), path);
    }

    private static string SocketIn(string folder, string kind)
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetFullPath(folder), kind + ".sock");
        CheckLength(path);
        return path;
    }

    private static FailedException NotRunning(string path, string folder, string kind, string chinese, string english) => new(
        "NOT_RUNNING",
        $"{chinese}未运行：{path} 没有应答。请先启动：docex {kind} run --data {folder}",
        $"The {english} is not running: {path} does not answer. Start it first: docex {kind} run --data {folder}");
}
