using Finpay.Linkage.Tool;

return await ToolProgram.RunAsync(args, Console.OpenStandardInput(), Console.Out, Console.Error);
