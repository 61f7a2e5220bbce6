using System.ComponentModel;
using System.Diagnostics;
using System.Threading.Channels;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using Microsoft.Extensions.Options;

namespace DocExchange.Node.Receiving;

/// <summary>
/// Tells a program of the site that a 特急 document has arrived, such as one that rings a bell or sends a message. One call
/// at a time, never through a shell, ended when it takes too long. It is told once, and not again after a crash: the desk's
/// own alarm is what stays until somebody has acknowledged it.
/// </summary>
internal sealed partial class ArrivalHook(IOptions<DeskOptions> options, TimeProvider time, ILogger<ArrivalHook> logger) : BackgroundService
{
    private const int MostWaiting = 100;

    private static readonly string[] Passed = ["PATH", "HOME", "LANG", "TZ"];

    private readonly Channel<(DocumentId Document, DispatchBody Dispatch, PartyId Office)> arrivals =
        Channel.CreateBounded<(DocumentId, DispatchBody, PartyId)>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest });

    public void Tell(DocumentId document, DispatchBody dispatch, PartyId office)
    {
        if (options.Value.NotifyCommand.Length > 0 && Inbox.DispatchTerms.RankOf(dispatch.Urgency) >= (int)Urgency.ExtraUrgent)
        {
            arrivals.Writer.TryWrite((document, dispatch, office));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (document, dispatch, office) in arrivals.Reader.ReadAllAsync(stoppingToken))
        {
            await RunAsync(StartOf(options.Value.NotifyCommand, document, dispatch, office), document, stoppingToken);
        }
    }

    // What a sender wrote goes into the environment, where nothing takes it for an option; of the node's own environment,
    // which may hold a PIN, only what a program needs is passed on.
    internal static ProcessStartInfo StartOf(string command, DocumentId document, DispatchBody dispatch, PartyId office)
    {
        var start = new ProcessStartInfo(command) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(document.ToString());
        var kept = Passed.Select(name => (Name: name, Value: Environment.GetEnvironmentVariable(name))).Where(variable => variable.Value is not null).ToList();
        start.Environment.Clear();
        kept.ForEach(variable => start.Environment[variable.Name] = variable.Value);
        start.Environment["DOCEX_OFFICE"] = office.ToString();
        start.Environment["DOCEX_DOCUMENT"] = document.ToString();
        start.Environment["DOCEX_NUMBER"] = dispatch.Number ?? "";
        start.Environment["DOCEX_TITLE"] = dispatch.Title;
        start.Environment["DOCEX_URGENCY"] = dispatch.Urgency ?? "";
        return start;
    }

    private async Task RunAsync(ProcessStartInfo start, DocumentId document, CancellationToken stopping)
    {
        using var process = new Process { StartInfo = start };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var timer = time.CreateTimer(_ => limit.Cancel(), null, options.Value.NotifyTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            process.Start();
            process.StandardInput.Close();
            // Read and thrown away, so that a program that says much does not wait for a reader.
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode != 0)
            {
                LogFailed(start.FileName, document.ToString(), $"exit code {process.ExitCode}");
            }
        }
        catch (Exception fault) when (fault is Win32Exception or InvalidOperationException)
        {
            LogFailed(start.FileName, document.ToString(), fault.Message);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            LogFailed(start.FileName, document.ToString(), $"ended after {options.Value.NotifyTimeout}");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The notification {Command} for {Document} failed: {Problem}")]
    private partial void LogFailed(string command, string document, string problem);
}
