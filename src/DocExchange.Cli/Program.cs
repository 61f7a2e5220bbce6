using DocExchange.Cli;

return await Docex.RunAsync(args, Terminal.Of(args), CancellationToken.None);
